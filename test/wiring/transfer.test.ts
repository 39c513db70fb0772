import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readSettings, type Settings } from '../../config/settings.ts';
import { startEmbeddedStore } from '../../src/embedded/store-process.ts';
import { verifyAudit } from '../../src/wiring/audit.ts';
import { runExport, runImport } from '../../src/wiring/transfer.ts';
import { BUILT } from '../built.ts';
import { loadDump, readDump } from '../registry/dump/load.ts';
import { openLibrary } from '../registry/server.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-transfer-'));
const library = await openLibrary();
afterAll(async () => {
  await library.close();
  await rm(folder, { recursive: true });
});

/** As the program does it, without starting it. */
async function call<T>(
  run: (words: string[], out: { write(text: string): void }, settings: Settings) => Promise<T>,
  words: string[],
  env: Record<string, string>,
) {
  let stdout = '';
  const write = (text: string) => {
    stdout += text;
  };
  return { result: await run(words, { write }, readSettings(env)), stdout };
}

/** The real program, with only the given environment. */
function wheelhouse(words: string[], env: Record<string, string>) {
  const { PATH = '' } = process.env;
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((done) => {
    const child = execFile(
      process.execPath,
      [BUILT.cli, ...words],
      { cwd: ROOT, env: { PATH, ...env } },
      (_error, stdout, stderr) => done({ code: child.exitCode, stdout, stderr }),
    );
  });
}

it('moves a registry from a server into the store of a new folder and back, and verifies its chain', async () => {
  const { db } = await library.connect();
  if (!db) throw new Error('not connected');
  const few = (await readDump()).map((one) => ({ ...one, docs: one.docs.slice(0, 3) }));
  await db.dropDatabase();
  await loadDump(db, few);
  await library.registry.prepare({ info() {} }, 'production');
  const server = { MONGODB_URI: library.uri };
  const here = { WHEELHOUSE_HOME: join(folder, 'home') };
  const [out, back] = [join(folder, 'out.ejson'), join(folder, 'back.ejson')];

  const exported = await wheelhouse(['export', out], server);
  expect(exported).toMatchObject({ code: 0, stderr: '' });
  expect(exported.stdout).toMatch(/\n {2}audit +4 {2}[0-9a-f]{64}\n/);
  const imported = await wheelhouse(['import', out], here);
  expect(imported).toMatchObject({ code: 0, stderr: '' });
  // A demo uses that folder afterwards.
  expect(await readdir(here.WHEELHOUSE_HOME)).toContain('wheelhouse-home');
  await expect(call(runImport, [out], here)).rejects.toThrow('holds data already');

  // Also from a store that is running.
  const store = await startEmbeddedStore({ dir: join(here.WHEELHOUSE_HOME, 'store') });
  const verified = await wheelhouse(['audit', 'verify'], here);
  expect(verified.stdout).toMatch(
    /^✔ All 4 events are as recorded\.\n {2}Head {2}4:[0-9a-f]{64}\n$/,
  );
  await call(runExport, [back], here);
  await store.stop();
  const sums = async (path: string) => (await readFile(path, 'utf8')).trim().split('\n').at(-1);
  expect(await sums(back)).toBe(await sums(out));
  await expect(call(runExport, [back], here)).rejects.toThrow('is there already');

  const { hash } = (await library.registry.audit.head()) ?? { hash: '' };
  const posted = ['verify', '--head', `4:${hash}`];
  expect(await call(verifyAudit, posted, here)).toMatchObject({ result: true });
  await db.collection('audit').updateOne({ sequence: 2 }, { $set: { by: 'eve' } });
  const tampered = await call(verifyAudit, ['verify'], server);
  expect(tampered.result).toBe(false);
  expect(tampered.stdout).toMatch(/^✖ Event 2 \(.+\) was edited: its hash is another\.\n/);
});
