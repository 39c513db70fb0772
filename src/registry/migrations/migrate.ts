import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { mongo } from 'mongoose';
import type { Clock } from '../../core/clock.ts';
import { BadInput, inWords, WheelhouseError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import { unlessThere } from '../reach.ts';
import { migrations as known } from './index.ts';
import type { DataVersion, Migration } from './migration.ts';
import { demandNotNewer, MINOR, versionsOf } from './version.ts';

/** How long a process that crashes during a migration keeps the others waiting. */
const LEASE_MS = 15_000;
const RENEW_MS = 5000;
const POLL_MS = 200;

const IMPORTING =
  'A registry is being imported here, or its import was cut off. Nothing was started.';
const FINISH_IMPORT =
  'Wait until "npx wheelhouse import" has ended, or run it again: it begins anew.';

interface Migrating {
  clock: Clock;
  log: Pick<Log, 'info'>;
  /** The first environment of the configuration, which owns data without one. */
  first: string;
  /** All of them, unless a test provides its own. */
  migrations?: readonly Migration[];
}

/**
 * Migrates the data to the version that this code reads. If several processes start at once, one works and the
 * others wait.
 * @throws BadInput, without changes, if a newer release wrote the data
 */
export async function migrate(
  db: mongo.Db,
  { clock, log, first, migrations = known }: Migrating,
): Promise<void> {
  const versions = versionsOf(db);
  const holder = randomUUID();
  const newest = migrations.length;
  await unlessThere(() => versions.insertOne({ _id: 'registry', version: 0, applied: [] }));
  for (let waits = false; ; ) {
    const found = await versions.findOne({ _id: 'registry' });
    demandNotNewer(found?.version ?? 0, newest, found?.minor);
    if (found?.importing) throw new BadInput(IMPORTING, { next: FINISH_IMPORT });
    if (found && found.version >= newest) return;
    const mine = await take(versions, holder, newest, clock);
    if (mine) {
      await withLease(versions, holder, clock, () => runAll(mine));
      continue; // checks once more: if the lease was lost, another process continues
    }
    if (!waits) log.info({}, 'waiting for another process that migrates the registry');
    waits = true;
    await wait(POLL_MS);
  }

  async function runAll({ version, applied }: DataVersion): Promise<void> {
    let done = applied;
    for (const [before, migration] of [...migrations.entries()].slice(version)) {
      log.info({ migration: migration.name }, 'migrating the registry');
      await run(migration, db, clock, first);
      done = [...done, { name: migration.name, at: clock.now() }];
      const { matchedCount } = await versions.updateOne(
        { _id: 'registry', version: before, 'lease.holder': holder },
        { $set: { version: before + 1, applied: done, minor: MINOR } },
      );
      if (matchedCount === 0) return;
    }
  }
}

async function run(migration: Migration, db: mongo.Db, clock: Clock, first: string): Promise<void> {
  try {
    await migration.run(db, clock.now(), first);
  } catch (cause) {
    throw new WheelhouseError(
      'us',
      `Migrating the registry, step ${migration.name}: ${inWords(cause)}`,
      { next: 'Nothing was started. Start again: the migration goes on where it stopped.', cause },
    );
  }
}

/** The lease, if nobody has it and there is something to do. */
function take(
  versions: mongo.Collection<DataVersion>,
  holder: string,
  newest: number,
  clock: Clock,
): Promise<DataVersion | null> {
  const now = clock.now();
  return versions.findOneAndUpdate(
    {
      _id: 'registry',
      version: { $lt: newest },
      importing: { $exists: false },
      $or: [{ lease: { $exists: false } }, { 'lease.until': { $lte: now } }],
    },
    { $set: { lease: { holder, until: new Date(now.getTime() + LEASE_MS) } } },
    { returnDocument: 'after' },
  );
}

/** Renews the lease while `work` runs, and releases it. */
async function withLease(
  versions: mongo.Collection<DataVersion>,
  holder: string,
  clock: Clock,
  work: () => Promise<void>,
): Promise<void> {
  const mine = { _id: 'registry', 'lease.holder': holder } as const;
  const renew = () => {
    const until = new Date(clock.now().getTime() + LEASE_MS);
    // An unreachable database stops the migration itself.
    versions.updateOne(mine, { $set: { 'lease.until': until } }).catch(() => undefined);
  };
  const timer = setInterval(renew, RENEW_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
    // The original error matters more than a failed release: the lease expires by itself.
    await versions.updateOne(mine, { $unset: { lease: '' } }).catch(() => undefined);
  }
}
