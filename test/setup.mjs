import { randomInt } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from '../scripts/lib/built.mjs';
import { ensurePage } from '../scripts/lib/page.mjs';
import { ROOT } from '../scripts/lib/run.mjs';
import { ensurePrograms } from './compiled/programs.mjs';

async function startStore(dir) {
  const built = pathToFileURL(join(ROOT, 'dist/src/embedded/store-process.js'));
  const { startEmbeddedStore } = await import(built.href);
  return startEmbeddedStore({ dir });
}

/**
 * What all tests share: the build, the page, a folder for their files, and one embedded store in which each test file has
 * its own database. With MONGODB_URI set, that server is used instead.
 */
export default async function setup(project) {
  const seed = Number(process.env.WHEELHOUSE_SEED ?? randomInt(1000));
  project.provide('seed', seed);
  console.log(
    `What is sampled is chosen by WHEELHOUSE_SEED=${seed}; npm run test:sweep takes all.`,
  );
  await ensureBuilt();
  await ensurePrograms();
  await ensurePage();
  project.onTestsRerun?.(() => ensureBuilt().then(ensurePrograms));
  // Whatever a test leaves behind, also one that was killed, is gone after the run. Programs of other users look into it.
  const dir = mkdtempSync(join(tmpdir(), 'wheelhouse-tests-'));
  chmodSync(dir, 0o1777);
  process.env.TMPDIR = dir;
  const store = process.env.MONGODB_URI ? undefined : await startStore(join(dir, 'store'));
  if (store) project.provide('storeUri', store.uri);
  return async () => {
    await store?.stop();
    rmSync(dir, { recursive: true, force: true });
  };
}
