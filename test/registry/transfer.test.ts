import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { afterAll, describe, expect, it } from 'vitest';
import { BadInput, Refused } from '../../src/core/errors.ts';
import { registryOn } from '../../src/registry/index.ts';
import { exportFrom } from '../../src/registry/transfer/export.ts';
import { importInto } from '../../src/registry/transfer/import.ts';
import { everyWrite, WHOLE } from '../sweep.ts';
import { crasher } from './crasher.ts';
import { loadDump, readDump, textOf } from './dump/load.ts';
import { onlyFlights, openLibrary } from './server.ts';

const library = await openLibrary();
const opened: Connection[] = [];
afterAll(async () => {
  for (const connection of opened) await connection.dropDatabase();
  await library.close();
});
const { clock } = library;
const silent = { info() {} };

async function database() {
  const connection = (await library.connect()).useDb(`wheelhouse_move_${randomUUID().slice(0, 8)}`);
  opened.push(connection);
  if (!connection.db) throw new Error('not connected');
  return { db: connection.db, registry: registryOn(connection, { clock, models: onlyFlights }) };
}

/** A file of these lines. */
const file = (lines: readonly string[]) =>
  async function* () {
    yield* lines;
  };

async function contentOf(db: Parameters<typeof textOf>[0]) {
  const { migrations: _, ...rest } = await textOf(db);
  return Object.fromEntries(Object.entries(rest).filter(([, docs]) => docs.length > 0));
}

// What release 639ca5f wrote, migrated: every collection, and numbers of every type.
const source = await database();
const few = (await readDump()).map((one) => ({ ...one, docs: one.docs.slice(0, 8) }));
await loadDump(source.db, few);
await source.registry.prepare(silent, 'production');
const lines: string[] = [];
const sums = await source.registry.exportTo(async (line) => void lines.push(line));

describe('registry/transfer', () => {
  it('moves all of a registry into another server, by counts and hashes', async () => {
    const target = await database();
    expect(await target.registry.importFrom(file(lines))).toEqual(sums);
    expect(await contentOf(target.db)).toEqual(await contentOf(source.db));
    expect(Object.keys(sums)).toEqual(expect.arrayContaining(['audit', 'profiles', 'subjects']));
    expect(sums['audit']?.documents).toBe(9);
    // It works from there on: indexes, the chain, the version.
    await target.registry.prepare(silent, 'production');
    expect(await target.registry.schemaVersions()).toEqual(await source.registry.schemaVersions());
    expect(await target.registry.audit.verify()).toEqual(await source.registry.audit.verify());
    const id = {
      id: 'after',
      by: 'ops',
      action: 'run.cancel',
      subject: 'run-1',
      via: 'web',
    } as const;
    await target.registry.audit.append(id);
    expect((await target.registry.audit.verify()).head.sequence).toBe(10);
  });

  it('moves data of an earlier version, which the next start migrates', async () => {
    const old = await database();
    await loadDump(old.db, few);
    const text: string[] = [];
    await old.registry.exportTo(async (line) => void text.push(line));
    const target = await database();
    await target.registry.importFrom(file(text));
    expect((await target.registry.schemaVersions()).data).toBe(0);
    await target.registry.prepare(silent, 'production');
    expect((await target.registry.audit.verify()).fault).toBeUndefined();
  });

  it('does not import into a registry with data, and does not change it', async () => {
    const target = await database();
    await target.db.collection('links').insertOne({ person: 'ada' });
    const before = await textOf(target.db);
    await expect(target.registry.importFrom(file(lines))).rejects.toThrow(Refused);
    expect(await contentOf(target.db)).toEqual(before);
    const used = await database();
    await used.registry.prepare(silent, 'production');
    await expect(used.registry.importFrom(file(lines))).rejects.toThrow('holds data already');
  });

  const middle = Math.floor(lines.length / 2);
  const newer = JSON.stringify({ ...JSON.parse(lines[0] ?? ''), version: 1000 });
  it.each<[string, readonly string[], RegExp]>([
    ['nothing', [], /ends too early/],
    ['another file', ['{"name":"wheelhouse"}'], /no registry/],
    ['what is no JSON', ['PK\u0003\u0004'], /no registry/],
    ['a file that was cut off', lines.slice(0, -1), /ends too early/],
    ['a line too few', lines.toSpliced(middle, 1), /does not hold what it should/],
    ['a line too many', lines.toSpliced(middle, 0, lines[middle] ?? ''), /not hold what it should/],
    ['an edit', lines.map((line) => line.replace('"dev"', '"eve"')), /not hold what it should/],
    ['half a line', lines.with(middle, lines[middle]?.slice(0, -9) ?? ''), /damaged/],
    ['two files', [...lines, ...lines.slice(1)], /follows its last line/],
    ['a newer release', lines.with(0, newer), /version 1000/],
  ])('refuses %s before it writes anything', async (_, text, words) => {
    const target = await database();
    const refused = target.registry.importFrom(file(text));
    await expect(refused).rejects.toThrow(BadInput);
    await expect(refused).rejects.toThrow(words);
    expect(await textOf(target.db)).toEqual({});
  });

  it('starts over after it was killed before any of its writes, and no role starts in the meantime', async () => {
    const crash = crasher();
    for (const writes of everyWrite()) {
      const target = await database();
      const died = await crash.after(writes, () => importInto(crash.on(target.db), file(lines)));
      if (died && writes > 0)
        await expect(target.registry.prepare(silent, 'production')).rejects.toThrow(
          'its import was cut off',
        );
      if (died) await target.registry.importFrom(file(lines));
      expect(await contentOf(target.db)).toEqual(await contentOf(source.db));
      await target.registry.prepare(silent, 'production');
      if (!died) break;
    }
    // A sample of each eighth write hits two or three of them, by the seed.
    expect(crash.crashes).toBeGreaterThan(WHOLE ? 2 : 0);
  });

  it('says that the registry changed while it was exported', async () => {
    const { db, registry } = await database();
    await loadDump(db, few);
    await registry.prepare(silent, 'production');
    const exporting = exportFrom(db, clock.now(), async (line) => {
      // Runs are read by then.
      if (line.startsWith('{"collection":"versions"'))
        await db.collection('runs').updateOne({}, { $set: { stage: 'changed' } });
    });
    await expect(exporting).rejects.toThrow('The registry changed while it was exported (runs).');
  });
});
