import { sourceState, sourceSubject } from '../src/cards/arrival.ts';
import type { DataSource, LeftOut, OfferedFile } from '../src/core/data.ts';
import { BadInput, inWords, NotFound, WheelhouseError } from '../src/core/errors.ts';
import { deriveId } from '../src/core/ids.ts';
import { defineJob } from '../src/core/job.ts';
import type { ModelSpec } from '../src/core/model.ts';
import type { Arrival, ArrivalFacts, Reference, Sighting } from '../src/core/ports/arrivals.ts';
import type { Needs } from '../src/core/world.ts';
import { judgeArrival } from '../src/data/judge.ts';
import { isSettled } from '../src/data/settled.ts';
import { lookForData as lookForDataJob } from './declared/index.ts';
import { type Announcing, announceArrival, announceUnreadable } from './steps/announce-arrival.ts';

type Parts = Announcing &
  Needs<'models' | 'environments' | 'deployments' | 'versions' | 'arrivalReader' | 'clock'>;

/** How many earlier arrivals a new one is compared with. */
const EARLIER = 8;

/**
 * Looks at the files that a source offers, and checks those that are new and complete. Every step is idempotent by
 * the fingerprint of the bytes: however often it is stopped and run again, each arrival is judged once.
 */
export const lookForData = defineJob({
  ...lookForDataJob,

  async run({ model: name, source: sourceName, look }, needs: Parts, signal) {
    const model = needs.models.list().find((spec) => spec.name === name);
    const source = model?.data?.find((one) => one.name === sourceName);
    // The configuration may have changed since it was queued.
    if (!model || !source) return;
    // Their files may be gone by now, so that no look comes across them again.
    for (const arrival of await needs.arrivals.unannounced(name, sourceName))
      await announceArrival(arrival, model, needs);
    const offer = await needs.arrivalReader.look(model, source, signal);
    try {
      const known = await needs.arrivals.sightings(name, sourceName);
      const before = new Map(known.map((sighting) => [sighting.name, sighting]));
      for (const file of offer.files) {
        signal.throwIfAborted();
        await take({ model, source, look, file, before: before.get(file.name) }, needs, signal);
      }
      const { leftOut = [] } = offer;
      for (const file of leftOut)
        await leave({ model, source, look, file, before: before.get(file.name) }, needs);
      const offered = new Set([...offer.files, ...leftOut].map((file) => file.name));
      const gone = known.map((one) => one.name).filter((one) => !offered.has(one));
      await needs.arrivals.forget(name, sourceName, gone);
    } finally {
      await offer.close();
    }
  },

  async failed({ model: name, source }, error, { models, replies }: Parts) {
    const model = models.list().find((spec) => spec.name === name);
    // A server that does not answer is no matter of the source.
    if (!model || !(error instanceof WheelhouseError) || error.blame !== 'user') return;
    const sighted = { model: name, source };
    const [subject, state] = [
      sourceSubject(sighted, inWords(error)),
      sourceState(sighted, inWords(error)),
    ];
    for (const home of model.homes) await replies.open(subject, home, state);
  },
});

interface Seen {
  model: ModelSpec;
  source: DataSource;
  /** The look, so that its retry is not a second one. */
  look: string;
  file: OfferedFile;
  before: Sighting | undefined;
}

async function take(seen: Seen, needs: Parts, signal: AbortSignal): Promise<void> {
  const { model, source, look, file, before } = seen;
  const now = needs.clock.now();
  const isSame = before?.bytes === file.bytes && before.modified === file.modified;
  const sighting: Sighting =
    before && isSame
      ? before
      : {
          ...{ model: model.name, source: source.name, name: file.name },
          ...{ bytes: file.bytes, modified: file.modified, look, since: now },
          // It was told once that this file cannot be read.
          ...(before?.unreadable && { unreadable: before.unreadable }),
        };
  if (sighting.sha256 !== undefined) return;
  if (!isSame) await needs.arrivals.see(sighting);
  if (!isSettled(file, sighting, { look, now, isSame })) return;
  try {
    const arrival = await judged(seen, needs, signal);
    if (!arrival) return;
    await announceArrival(arrival, model, needs);
    await needs.arrivals.see({ ...sighting, sha256: arrival.sha256 });
  } catch (error) {
    // What is not a file of ours may still become one; anything else is tried again with the job.
    if (!(error instanceof BadInput || error instanceof NotFound)) throw error;
    if (!(await needs.arrivalReader.isUnchanged(file))) return;
    const why = inWords(error);
    await announceUnreadable({ sighting, why }, model, needs);
    await needs.arrivals.see({ ...sighting, unreadable: { why, at: now } });
  }
}

/** Tells of a file that its source does not take: once for each reason. */
async function leave(
  { model, source, look, file, before }: Omit<Seen, 'file'> & { file: LeftOut },
  needs: Parts,
): Promise<void> {
  const { why, ...seen } = file;
  if (before?.unreadable?.why === why) return;
  const now = needs.clock.now();
  const sighting = { model: model.name, source: source.name, ...seen, look, since: now };
  await announceUnreadable({ sighting, why }, model, needs);
  await needs.arrivals.see({ ...sighting, unreadable: { why, at: now } });
}

/** The arrival of a file's bytes, judged now or before; undefined if the file changes while it is read. */
async function judged(
  { model, source, file }: Seen,
  needs: Parts,
  signal: AbortSignal,
): Promise<Arrival | undefined> {
  const { arrivals, arrivalReader } = needs;
  const sha256 = await arrivalReader.fingerprint(file.path, signal);
  const id = deriveId('arrival', model.name, sha256);
  const known = await arrivals.find(id);
  if (known) return known;
  const reference = await referenceOf(model, needs);
  const about = { model, source, ...(reference && { reference }) };
  const facts = await arrivalReader.measure(file.path, about, signal);
  if (!(await arrivalReader.isUnchanged(file))) return undefined;
  return arrivals.add(await verdictOn(facts, { model, source, file, id, sha256 }, needs));
}

async function verdictOn(
  facts: ArrivalFacts,
  about: Pick<Seen, 'model' | 'source' | 'file'> & Pick<Arrival, 'id' | 'sha256'>,
  { arrivals, clock }: Parts,
): Promise<Arrival> {
  const { model, source, file, id, sha256 } = about;
  const now = clock.now();
  const earlier = await arrivals.list({
    ...{ model: model.name, source: source.name, statuses: ['accepted'], limit: EARLIER },
  });
  const { rules } = source;
  const { features, label } = model;
  const { checks, isBad } = judgeArrival(facts, { rules, features, label, earlier, now });
  const { rows, columns, times } = facts;
  return {
    ...{ id, model: model.name, source: source.name, name: file.name, sha256 },
    ...{ bytes: file.bytes, rows, columns, checks, at: now },
    ...(times && { times: { from: times.from, to: times.to } }),
    ...(isBad
      ? { status: 'quarantined' as const }
      : { status: 'accepted' as const, acceptedAt: now }),
  };
}

/** The training data of the live version; before there is one, of the newest. */
async function referenceOf(
  { name }: ModelSpec,
  { deployments, versions, environments }: Parts,
): Promise<Reference | undefined> {
  const live = await deployments.live(name, environments.first);
  const [newest] = await versions.list(name, 1);
  const version = live ? await versions.resolve(name, String(live.version)) : newest;
  return version && { version: version.number, sha256: version.dataset.sha256 };
}
