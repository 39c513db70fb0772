import { type Json, toJson } from '../src/core/json.ts';
import type { FeatureSchema } from '../src/core/model.ts';
import type { Measures } from '../src/core/monitor.ts';
import { drift } from '../src/monitoring/kinds/drift/index.ts';
import {
  createProfile,
  observe,
  type Profile,
  profileOf,
} from '../src/monitoring/profile/profile.ts';
import { buildReference, readReference } from '../src/monitoring/profile/reference.ts';
import { buildReferenceWindows } from '../src/monitoring/profile/reference-windows.ts';
import { binary } from '../src/tasks/binary/index.ts';
import { median } from './numbers.ts';

export interface ProfilesResult {
  columns: number;
  /** Rows a second on one core, of objects as they are read from the log. */
  updates: { ours: number; bare: number; ratio: number };
  /** Milliseconds of a core for a check from stored profiles of 24 hours, by rows in the window. */
  checks: { rows: number; ms: number }[];
  /** CPU seconds to check a window of an hour of all models, and what each takes once after a start, to learn. */
  models: { count: number; cpuSeconds: number; learnCpuSeconds: number };
}

type Row = Record<string, number | string | null>;

const NUMBERS = Array.from({ length: 15 }, (_, at) => `number_${at}`);
const CATEGORIES = Array.from({ length: 5 }, (_, at) => `category_${at}`);
const NAMES = [...NUMBERS, ...CATEGORIES];
const FEATURES: FeatureSchema = Object.fromEntries([
  ...NUMBERS.map((name) => [name, 'number'] as const),
  ...CATEGORIES.map((name) => [name, 'category'] as const),
]);
const HOUR_MS = 3_600_000;
/** Of hours with rows, so that an alarm can be certified. */
const REFERENCE_DAYS = 60;
const LEARNT = 20;
const CHECKS = 20;

/** Monitors that read profiles: what a row costs, what a check costs, and what an hour of many models costs. */
export async function benchProfiles({
  rows = 100_000,
  models = 1_000,
  rounds = 5,
} = {}): Promise<ProfilesResult> {
  const rowsOf = rowsFrom(7);
  const training = rowsOf(20_000);
  const columns = columnsOf(training);
  const bytes = buildReference(
    { features: FEATURES, task: binary },
    { labels: new Uint8Array(training.length), features: columns },
    Float64Array.from(training, () => 0.5),
  );
  const reference = readReference(bytes).features;
  const windows = referenceWindows(reference, rowsOf);
  return {
    columns: NAMES.length,
    updates: updates(reference, rowsOf(rows), rounds),
    checks: await checks({ bytes, windows, reference, hour: rowsOf(1000) }, rounds),
    models: await hourOf(models, { bytes, windows, reference, hour: rowsOf(1000) }),
  };
}

/** Folding rows into profiles, in turns with a loop that only finds bins and counts. */
function updates(reference: Record<string, Profile>, rows: readonly Row[], rounds: number) {
  const ours = () => {
    const profiles = Object.entries(reference).map(
      ([name, { spec }]) => [name, createProfile(spec)] as const,
    );
    return () => {
      for (const row of rows)
        for (const [name, profile] of profiles) observe(profile, row[name] ?? null);
    };
  };
  const bare = () => {
    const counters = Object.entries(reference).map(([name, { spec }]) => bareCounter(name, spec));
    return () => {
      for (const row of rows) for (const count of counters) count(row);
    };
  };
  const pace = (run: () => void) => {
    const began = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(began);
    return rows.length / ((user + system) / 1e6);
  };
  const paces = Array.from({ length: rounds + 1 }, (_, round) =>
    round % 2
      ? { ours: pace(ours()), bare: pace(bare()) }
      : { bare: pace(bare()), ours: pace(ours()) },
  ).slice(1);
  return {
    ours: median(paces.map((one) => one.ours)),
    bare: median(paces.map((one) => one.bare)),
    ratio: median(paces.map((one) => one.ours / one.bare)),
  };
}

/** The least that a histogram needs: the bin of a value, without missing values, moments or range. */
function bareCounter(name: string, spec: Profile['spec']): (row: Row) => void {
  if (spec.kind === 'intervals') {
    const edges = Float64Array.from(spec.edges);
    const counts = new Float64Array(edges.length + 1);
    return (row) => {
      const value = Number(row[name]);
      let bin = 0;
      while (bin < edges.length && (edges[bin] ?? 0) < value) bin += 1;
      counts[bin] = (counts[bin] ?? 0) + 1;
    };
  }
  const counts = new Map<unknown, number>();
  return (row) => {
    const value = row[name];
    counts.set(value, (counts.get(value) ?? 0) + 1);
  };
}

interface Stored {
  bytes: Uint8Array;
  windows: Uint8Array;
  reference: Record<string, Profile>;
  hour: readonly Row[];
}

/** Opening the monitor, reading the profiles of a day as they are stored, measuring and judging. */
async function checks(stored: Stored, rounds: number): Promise<ProfilesResult['checks']> {
  const found = [];
  for (const rows of [10_000, 1_000_000, 100_000_000]) {
    const world = worldOf(stored, 24, rows / 24 / stored.hour.length);
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      // Of CPU time: on a machine with other work, a clock measures that as well.
      const began = process.cpuUsage();
      for (let at = 0; at < CHECKS; at += 1) await check('flights', world, 24);
      const { user, system } = process.cpuUsage(began);
      times.push((user + system) / 1000 / CHECKS);
    }
    found.push({ rows, ms: median(times.slice(1)) });
  }
  return found;
}

/** Each has a detector of its own; that of a few of them is learnt for real. */
async function hourOf(count: number, stored: Stored): Promise<ProfilesResult['models']> {
  const world = worldOf(stored, 1, 1);
  const pass = async (checks: number) => {
    const began = process.cpuUsage();
    for (let at = 0; at < checks; at += 1) await check(`model-${at % LEARNT}`, world, 1);
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1e6;
  };
  const learnCpuSeconds = (await pass(LEARNT)) / LEARNT;
  return { count, learnCpuSeconds, cpuSeconds: await pass(count) };
}

/** Documents come as text, as a registry sends them. */
function worldOf(
  { bytes, windows, reference, hour }: Stored,
  hours: number,
  times: number,
): Measures {
  const profiles = Object.entries(reference).map(([name, { spec }]) => {
    const profile = profileOf(
      spec,
      hour.map((row) => row[name] ?? null),
    );
    const counts = profile.counts.map((rows) => rows * times);
    return [
      name,
      { ...profile, counts, count: profile.count * times, m2: profile.m2 * times },
    ] as const;
  });
  const document = JSON.stringify(Object.fromEntries(profiles));
  const read = (): Record<string, Json> => JSON.parse(document);
  const unused = () => Promise.reject(new Error('drift does not need this'));
  return {
    versions: {
      evaluation: async (version) => ({
        ...{ version, reference: 'reference', windows: `${version} by the hour`, metrics: {} },
        ...{ dataset: { window: { from: new Date(0), to: new Date(1) }, sha256: '', rows: 1 } },
        at: new Date(0),
      }),
      resolve: unused,
    },
    artifacts: { read: async (sha256) => (sha256 === 'reference' ? bytes : windows) },
    profiles: { within: async () => Array.from({ length: hours }, read), buckets: async () => [] },
    predictions: { answered: unused, labelled: unused, labelledSince: unused },
    traffic: { within: unused },
  };
}

async function check(model: string, needs: Measures, windowHours: number): Promise<string> {
  const fields = drift.schema.parse({ kind: 'drift', window_hours: windowHours });
  const monitor = { name: 'drift', ...fields };
  const watched = {
    ...{ environment: 'production', version: 1 },
    model: { name: model, features: FEATURES, task: binary },
  };
  const opened = await drift.open(watched, monitor, needs);
  const from = Date.parse('2026-03-02T10:00:00Z');
  const window = { from: new Date(from), to: new Date(from + windowHours * HOUR_MS) };
  const measured = await opened?.measure(window, new AbortController().signal);
  if (measured === undefined) throw new Error('checking drift: nothing was measured');
  const { status, evidence, state } = drift.judge({ window, measured }, [], monitor);
  if (status !== 'ok') throw new Error(`checking drift: ${status}, where nothing has changed`);
  return JSON.stringify({ measured, evidence: toJson(evidence), state });
}

function referenceWindows(
  reference: Record<string, Profile>,
  rowsOf: (count: number) => Row[],
): Uint8Array {
  const from = Date.parse('2026-01-01T00:00:00Z');
  const hours = REFERENCE_DAYS * 24;
  const rows = rowsOf(hours * 60);
  const times = rows.map((_, at) => from + Math.floor(at / 60) * HOUR_MS);
  const window = { from: new Date(from), to: new Date(from + hours * HOUR_MS) };
  const bytes = buildReferenceWindows(reference, [{ window, times, columns: columnsOf(rows) }]);
  if (!bytes) throw new Error('building reference windows: no row has a time');
  return bytes;
}

const columnsOf = (rows: readonly Row[]): Record<string, (number | string | null)[]> =>
  Object.fromEntries(NAMES.map((name) => [name, rows.map((row) => row[name] ?? null)]));

/** Numbers that look random, and are the same in every run. */
function rowsFrom(seed: number): (count: number) => Row[] {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return (count) =>
    Array.from({ length: count }, () =>
      Object.fromEntries([
        ...NUMBERS.map((name) => [name, next() + next() + next()] as const),
        ...CATEGORIES.map((name) => [name, `kind ${Math.floor(next() ** 2 * 20)}`] as const),
      ]),
    );
}
