import type { Endpoint } from '../core/endpoint.ts';
import type { Positions, ProfileDocument, ProfileStore } from '../core/ports/profiles.ts';
import type { LoggedAnswer, PredictionRow } from '../core/ports/serving.ts';
import type { TailedRow } from './log/tail.ts';

/** The frozen bins of a version's reference, by name of feature; a feature without bins is not profiled. */
export interface BinSpecs<Spec> {
  features: Record<string, Spec>;
  /** By name of what is profiled of an answer. */
  answers: Readonly<Record<string, Spec>>;
}

/** The mathematics of profiles, which are in another folder. */
interface ProfileMath<Profile, Spec> {
  create(spec: Spec): Profile;
  /** Adds the value; changes the profile. */
  observe(profile: Profile, value: number | string | null): void;
}

interface ProfilerOptions<Profile, Spec> {
  tail(endpoint: Endpoint, cursor: Positions, signal: AbortSignal): AsyncIterable<TailedRow>;
  /** The cursor without what no longer exists. */
  prune(endpoint: Endpoint, cursor: Positions): Promise<Positions>;
  /** Undefined if the version has none: its rows are counted and not profiled. */
  reference(model: string, version: number): Promise<BinSpecs<Spec> | undefined>;
  store: ProfileStore<Profile>;
  math: ProfileMath<Profile, Spec>;
  now?: () => Date;
  bucketMinutes?: number;
  /** Rows kept in memory between two saves. */
  batchRows?: number;
}

interface Folded {
  rows: number;
  /** Lines that could not be read. */
  damaged: number;
}

export interface Profiler {
  /** Adds everything logged since the last time to its profiles. Two at once are safe. */
  fold(endpoint: Endpoint, signal: AbortSignal): Promise<Folded>;
}

interface Placed {
  segment: string;
  offset: number;
  row: PredictionRow;
}

/** Rows of one document. */
interface Group {
  version: number;
  bucket: Date;
  untimed: boolean;
  rows: Placed[];
}

/**
 * Adds prediction rows to a profile per endpoint, version and bucket of prediction time, each row exactly once:
 * a document records up to which offset of which segment it includes the rows, in the same atomic write as the
 * rows themselves, and the cursor is saved only after the documents. After a crash between any two steps, some
 * rows are read again, and the documents skip them.
 */
export function createProfiler<Profile, Spec>(options: ProfilerOptions<Profile, Spec>): Profiler {
  const { store, math, reference, bucketMinutes = 60, batchRows = 20_000 } = options;
  const now = options.now ?? (() => new Date());
  const bucketMs = bucketMinutes * 60_000;

  async function apply(
    endpoint: Endpoint,
    { version, bucket, untimed, rows }: Group,
  ): Promise<void> {
    const specs = await reference(endpoint.model, version);
    for (;;) {
      const found = await store.load(endpoint, version, bucket, untimed);
      const document = found ?? {
        ...emptyDocument(endpoint, version, bucket, specs),
        ...(untimed && { untimed }),
      };
      const fresh = rows.filter(({ segment, offset }) => offset > (document.applied[segment] ?? 0));
      if (fresh.length === 0) return;
      const late = now().getTime() - LATE_MS;
      for (const placed of fresh) observeRow(document, placed, late);
      if (await store.save(document, document.revision)) return;
      // Another profiler has saved it in the meantime: start again from its result.
    }
  }

  function emptyDocument(
    { model, environment }: Endpoint,
    version: number,
    bucket: Date,
    specs: BinSpecs<Spec> | undefined,
  ): ProfileDocument<Profile> {
    const features = Object.entries(specs?.features ?? {});
    const answers = Object.entries(specs?.answers ?? {});
    return {
      model,
      environment,
      version,
      bucket,
      minutes: bucketMinutes,
      rows: 0,
      features: Object.fromEntries(features.map(([name, spec]) => [name, math.create(spec)])),
      answers: Object.fromEntries(answers.map(([name, spec]) => [name, math.create(spec)])),
      latest: new Date(0),
      applied: {},
      revision: 0,
    };
  }

  function observeRow(
    document: ProfileDocument<Profile>,
    { segment, offset, row }: Placed,
    late: number,
  ) {
    for (const [name, profile] of Object.entries(document.features))
      math.observe(profile, row.features[name] ?? null);
    for (const [name, profile] of Object.entries(document.answers))
      math.observe(profile, answerOf(row, name));
    document.rows += 1;
    document.applied[segment] = offset;
    const time = new Date(row.time);
    if (time > document.latest) document.latest = time;
    if (!row.untimed && time.getTime() < late) document.late = (document.late ?? 0) + 1;
  }

  async function settle(endpoint: Endpoint, rows: readonly Placed[], cursor: Positions) {
    const groups = new Map<string, Group>();
    for (const placed of rows) {
      const { version, time, untimed = false } = placed.row;
      const bucket = Math.floor(Date.parse(time) / bucketMs) * bucketMs;
      const key = `${version}/${bucket}/${untimed}`;
      const group = groups.get(key) ?? { version, bucket: new Date(bucket), untimed, rows: [] };
      group.rows.push(placed);
      groups.set(key, group);
    }
    for (const group of groups.values()) await apply(endpoint, group);
    await store.saveCursor(endpoint, await options.prune(endpoint, cursor));
  }

  return {
    async fold(endpoint, signal) {
      const folded: Folded = { rows: 0, damaged: 0 };
      const cursor = { ...(await store.loadCursor(endpoint)) };
      let batch: Placed[] = [];
      let moved = false;
      for await (const { segment, offset, row } of options.tail(endpoint, cursor, signal)) {
        cursor[segment] = offset;
        moved = true;
        if (row) batch.push({ segment, offset, row });
        else folded.damaged += 1;
        if (batch.length < batchRows) continue;
        await settle(endpoint, batch, cursor);
        folded.rows += batch.length;
        batch = [];
        moved = false;
      }
      if (moved) await settle(endpoint, batch, cursor);
      folded.rows += batch.length;
      return folded;
    },
  };
}

/** A nightly batch is not late. */
const LATE_MS = 86_400_000;

/** Only single numbers and texts are profiled. */
function answerOf(row: LoggedAnswer, name: string): number | string | null {
  const value: unknown = Object.entries(row).find(([key]) => key === name)?.[1];
  return typeof value === 'number' || typeof value === 'string' ? value : null;
}
