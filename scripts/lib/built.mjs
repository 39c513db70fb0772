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

/** What the build is made of. */
export const SOURCES = ['src', 'commands', 'jobs', 'config', 'rolldown.config.mjs'];
const INPUTS = [...SOURCES, 'bin', 'package-lock.json'];
const STAMP = join(ROOT, 'dist', '.compiled');
const SHIPPED = join(ROOT, 'dist', 'shipped');

/**
 * Builds the programs that tests start: they start in a fraction of the time, and an image runs them too.
 * `dist/shipped/bin` is the command line without sources next to it. Types are not checked: `npm run check` does that.
 */
export async function ensureBuilt() {
  if (isFresh()) return;
  await withLock('building the sources', async () => {
    if (isFresh()) return;
    const began = new Date();
    const rolldown = join('node_modules', 'rolldown', 'bin', 'cli.mjs');
    const words = [rolldown, '-c', 'rolldown.config.mjs'];
    const { code, said } = await capture(process.execPath, words, {
      env: { NO_COLOR: '1' },
    });
    if (code !== 0) throw new Blocked(`Building the sources failed:\n${lastLines(said, 20)}`);
    mkdirSync(join(SHIPPED, 'bin'), { recursive: true });
    copyFileSync(join(ROOT, 'bin', 'wheelhouse.mjs'), join(SHIPPED, 'bin', 'wheelhouse.mjs'));
    if (!existsSync(join(SHIPPED, 'dist'))) symlinkSync('..', join(SHIPPED, 'dist'));
    // Files that are changed while it builds are newer than this.
    writeFileSync(STAMP, '');
    utimesSync(STAMP, began, began);
  });
}

function isFresh() {
  const built = timeOf(STAMP);
  if (built === 0 || !existsSync(join(ROOT, 'dist', 'src', 'main.js'))) return false;
  return INPUTS.every((source) => newest(join(ROOT, source)) <= built);
}
