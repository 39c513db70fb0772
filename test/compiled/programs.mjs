import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { withLock } from '../../scripts/lib/lock.mjs';
import { timeOf } from '../../scripts/lib/newest.mjs';
import { ROOT } from '../../scripts/lib/run.mjs';
import { startsFromBuild } from '../from-build.ts';

/** Programs that tests start, some of them many times, besides those of the build. */
const PROGRAMS = [
  'examples/flights/dataset.ts',
  'examples/flights/traffic.ts',
  'examples/flights/train.ts',
  'test/dispatch/inbound-child.ts',
  'test/queue/worker-child.ts',
  'test/serving/gateway-child.ts',
  'test/training/worker-child.ts',
];
/** Packages of so many files that a start takes half as long without. All others stay where they are. */
const BUNDLED = /^(zod|@duckdb\/node-api)(\/|$)/;
/** Lists the files that they are made of. */
const STAMP = join(ROOT, 'dist', '.programs');

/**
 * Builds them to the same paths in `dist` (`builtProgram` in `test/built.ts`): without a loader they start in a third
 * of the CPU time.
 */
export async function ensurePrograms() {
  if (isFresh()) return;
  await withLock('building the programs of tests', async () => {
    if (isFresh()) return;
    const began = new Date();
    const bundle = await rolldown({
      cwd: ROOT,
      input: Object.fromEntries(PROGRAMS.map((path) => [path.replace(/\.ts$/, ''), path])),
      platform: 'node',
      external: (id) => /^[^./]/.test(id) && !BUNDLED.test(id),
      plugins: [startsFromBuild(), placesOfSources()],
    });
    await bundle.write({ dir: join(ROOT, 'dist'), chunkFileNames: 'test/chunks/[name].js' });
    // The packages by their lock file: npm gives the files of a newer one no newer time.
    const ours = ['test/compiled/programs.mjs', 'test/from-build.ts', 'package-lock.json'];
    const files = [...(await bundle.watchFiles), ...ours.map((path) => join(ROOT, path))];
    await bundle.close();
    writeFileSync(STAMP, JSON.stringify(files));
    // Files that are changed while it builds are newer than this.
    utimesSync(STAMP, began, began);
  });
}

function isFresh() {
  const built = timeOf(STAMP);
  if (built === 0) return false;
  // A file that was deleted or moved has the time 0, and the one that names it another was changed.
  return JSON.parse(readFileSync(STAMP, 'utf8')).every((file) => timeOf(file) <= built);
}

/** Whatever a file finds from its own place is found from there still. */
function placesOfSources() {
  return {
    name: 'places-of-sources',
    transform(code, id) {
      if (/import\.meta\.(dirname|filename|resolve)/.test(code))
        throw new Error(`building ${id}: only import.meta.url is kept`);
      if (!code.includes('import.meta.url')) return undefined;
      const place = JSON.stringify(pathToFileURL(id).href);
      return { code: code.replaceAll('import.meta.url', place), map: null };
    },
  };
}
