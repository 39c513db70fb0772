import {
  copyFileSync,
  existsSync,
  mkdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { newest, timeOf } from './newest.mjs';
import { capture, lastLines, ROOT } from './run.mjs';
import { Blocked } from './say.mjs';

const SOURCES = [
  'src',
  'commands',
  'jobs',
  'config',
  'bin',
  'tsconfig.json',
  'tsconfig.build.json',
];
const STAMP = join(ROOT, 'dist', '.compiled');
const SHIPPED = join(ROOT, 'dist', 'shipped');

/**
 * Compiles the sources for tests that start programs: compiled programs start in a third of the time, and an image
 * runs them too. `dist/shipped/bin` is the command line without sources next to it. Types are not checked:
 * `npm run check` does that.
 */
export async function ensureBuilt() {
  if (isFresh()) return;
  await withLock('compiling the sources', async () => {
    if (isFresh()) return;
    const began = new Date();
    const tsc = join('node_modules', 'typescript', 'bin', 'tsc');
    const words = [tsc, '-p', 'tsconfig.build.json', '--noCheck'];
    const { code, said } = await capture(process.execPath, words);
    if (code !== 0) throw new Blocked(`Compiling the sources failed:\n${lastLines(said, 20)}`);
    mkdirSync(join(SHIPPED, 'bin'), { recursive: true });
    copyFileSync(join(ROOT, 'bin', 'wheelhouse.mjs'), join(SHIPPED, 'bin', 'wheelhouse.mjs'));
    if (!existsSync(join(SHIPPED, 'dist'))) symlinkSync('..', join(SHIPPED, 'dist'));
    // Files that are changed while it compiles are newer than this.
    writeFileSync(STAMP, '');
    utimesSync(STAMP, began, began);
  });
}

function isFresh() {
  const built = timeOf(STAMP);
  if (built === 0 || !existsSync(join(ROOT, 'dist', 'src', 'main.js'))) return false;
  return SOURCES.every((source) => newest(join(ROOT, source)) <= built);
}
