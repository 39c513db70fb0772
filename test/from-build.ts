import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Plugin } from 'vitest/config';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Sources that start a program or a thread from a file beside them. */
const STARTERS = [
  'charts/thread.ts',
  'embedded/store-process.ts',
  'wiring/files/numbers-thread.ts',
  'wiring/fork.ts',
];

/**
 * Makes these sources use the build (made by `test/setup.mjs`) in tests: what they start then needs no loader and a
 * fifth of the CPU time. `npm run demo` tests that the sources start too (`test/supervisor/demo.test.ts`,
 * `test/charts/start.test.ts`).
 */
export function startsFromBuild(): Plugin {
  return {
    name: 'starts-from-build',
    enforce: 'pre',
    transform(code, id) {
      const path = relative(join(ROOT, 'src'), id);
      if (!STARTERS.includes(path)) return undefined;
      const built = join(ROOT, 'dist', 'src', path.replace(/\.ts$/, '.js'));
      const place = JSON.stringify(pathToFileURL(built).href);
      return { code: code.replaceAll('import.meta.url', place), map: null };
    },
  };
}
