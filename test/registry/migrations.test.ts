import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import type { Connection, mongo } from 'mongoose';
import { afterAll, describe, expect, it } from 'vitest';
import { BadInput } from '../../src/core/errors.ts';
import { migrations } from '../../src/registry/migrations/index.ts';
import { migrate } from '../../src/registry/migrations/migrate.ts';
import { MINOR } from '../../src/registry/migrations/version.ts';
import { VERSION } from '../../src/wiring/role.ts';
import { everyWrite, WHOLE } from '../sweep.ts';
import { crasher } from './crasher.ts';
import { loadDump, readDump, textOf } from './dump/load.ts';
import { openLibrary } from './server.ts';

/** Profiles and messages are most of it; a few of each are enough, since each is reached before every write. */
const dump = (await readDump()).map((one) => ({ ...one, docs: one.docs.slice(0, 6) }));
const library = await openLibrary();
const opened: Connection[] = [];
afterAll(async () => {
  for (const connection of opened) await connection.dropDatabase();
  await library.close();
});
const { clock } = library;
const silent = { info() {} };

/** A new database as release 639ca5f left it, or an empty one. */
async function database(docs: typeof dump = dump) {
  const connection = (await library.connect()).useDb(`wheelhouse_old_${randomUUID().slice(0, 8)}`);
  opened.push(connection);
  if (!connection.db) throw new Error('not connected');
  await loadDump(connection.db, docs);
  return { connection, db: connection.db };
}

const versionIn = (db: mongo.Db) => db.collection('migrations').findOne({});

/** Everything except when it was migrated. */
async function contentOf(db: mongo.Db) {
  const { migrations: _, ...rest } = await textOf(db);
  return rest;
}

const straight = await database();
await migrate(straight.db, { clock, log: silent, first: 'production' });
const expected = await contentOf(straight.db);

describe('registry/migrations', () => {
  it('lists what its folder holds, numbered without a gap', async () => {
    const folder = await readdir(new URL('../../src/registry/migrations/', import.meta.url));
    const files = folder.filter((file) => /^\d/.test(file)).toSorted();
    expect(migrations.map(({ name }) => `${name}.ts`)).toEqual(files);
    for (const [i, { name }] of migrations.entries())
      expect(name).toMatch(new RegExp(`^${String(i + 1).padStart(4, '0')}-[a-z-]+$`));
  });

  it('drops the indexes that others replace, and keeps the rest', async () => {
    const named = (db: mongo.Db) => db.collection('runs').listIndexes().toArray();
    const names = (await named(straight.db)).map(({ name }) => name);
    expect(names).toContain('status_1_seenAt_1');
    expect(names).not.toContain('createdAt_-1');
  });

  it('changes nothing when it runs again', async () => {
    const { db } = await database();
    await migrate(db, { clock, log: silent, first: 'production' });
    const once = await textOf(db);
    await migrate(db, { clock, log: silent, first: 'production' });
    expect(await textOf(db)).toEqual(once);
    expect(await versionIn(db)).toMatchObject({ version: migrations.length });
  });

  it('continues after it was killed before any of its writes', async () => {
    const crash = crasher();
    for (const writes of everyWrite()) {
      const { db } = await database();
      const died = await crash.after(writes, () =>
        migrate(crash.on(db), { clock, log: silent, first: 'production' }).catch(causeOf),
      );
      // Its lease has expired.
      await db.collection('migrations').updateOne({}, { $unset: { lease: '' } });
      await migrate(db, { clock, log: silent, first: 'production' });
      expect(await versionIn(db)).toMatchObject({ version: migrations.length });
      expect(await contentOf(db)).toEqual(expected);
      if (!died) break;
    }
    expect(crash.crashes).toBeGreaterThan(WHOLE ? 5 : 0);
  });

  it('runs once where several processes start at once', async () => {
    const { db } = await database();
    const ran: string[] = [];
    const noted = migrations.map((one) => ({
      ...one,
      run: (...given: Parameters<typeof one.run>) => {
        ran.push(one.name);
        return one.run(...given);
      },
    }));
    await Promise.all(
      [1, 2, 3].map(() =>
        migrate(db, { clock, log: silent, first: 'production', migrations: noted }),
      ),
    );
    expect(ran).toEqual(migrations.map(({ name }) => name));
    expect(await contentOf(db)).toEqual(expected);
  });

  it.each(migrations)(
    '$name does no harm where two processes run it at once',
    async ({ name, run }) => {
      const { db } = await database();
      for (const one of migrations) {
        const twice = one.name === name ? [run, run] : [one.run];
        await Promise.all(twice.map((each) => each(db, clock.now(), 'production')));
      }
      expect(await contentOf(db)).toEqual(expected);
    },
  );

  it('waits for the process that migrates, and takes over from one that died', async () => {
    const { db } = await database([]);
    await migrate(db, { clock, log: silent, first: 'production', migrations: [] });
    const held = { holder: 'another', until: new Date(clock.now().getTime() + 1000) };
    await db.collection('migrations').updateOne({}, { $set: { lease: held } });
    const said: string[] = [];
    const log = { info: (_: object, words: string) => void said.push(words) };
    let isDone = false;
    const waiting = migrate(db, { clock, log, first: 'production' }).then(() => {
      isDone = true;
    });
    await expect
      .poll(() => said)
      .toContain('waiting for another process that migrates the registry');
    expect(isDone).toBe(false);
    expect(await versionIn(db)).toMatchObject({ version: 0, lease: held });
    clock.forward(2);
    await waiting;
    const after = await versionIn(db);
    expect(after).toMatchObject({ version: migrations.length });
    expect(after).not.toHaveProperty('lease');
  });

  it('reads what a newer release of the same minor version wrote, and leaves it as it is', async () => {
    const { db } = await database();
    await migrate(db, { clock, log: silent, first: 'production' });
    const newer = migrations.length + 1;
    await db.collection('migrations').updateOne({}, { $set: { version: newer } });
    await migrate(db, { clock, log: silent, first: 'production' });
    expect(await versionIn(db)).toMatchObject({ version: newer, minor: MINOR });
    expect(VERSION).toMatch(new RegExp(`^${MINOR.replace('.', '\\.')}\\.`));
  });

  it('refuses data that a newer release wrote, and changes nothing', async () => {
    const { db } = await database();
    await migrate(db, { clock, log: silent, first: 'production' });
    const newer = migrations.length + 2;
    await db.collection('migrations').updateOne({}, { $set: { version: newer, minor: '0.0' } });
    const before = await textOf(db);
    const refused = migrate(db, { clock, log: silent, first: 'production' });
    await expect(refused).rejects.toThrow(BadInput);
    await expect(refused).rejects.toThrow(
      `The data in the registry has version ${newer}, and this release of Wheelhouse reads versions up to ${migrations.length}`,
    );
    expect(await textOf(db)).toEqual(before);
  });
});

/** A crash within a step is wrapped in that step's message. */
function causeOf(error: unknown): never {
  throw error instanceof Error && error.cause instanceof Error ? error.cause : error;
}
