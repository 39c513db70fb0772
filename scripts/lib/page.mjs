import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { newest, timeOf } from './newest.mjs';
import { capture, lastLines, ROOT } from './run.mjs';
import { Blocked, say } from './say.mjs';

const BUILT = 'dist/page/index.html';
const SOURCES = ['web', 'package-lock.json'];

/** Builds the chat page if it is missing or older than its sources. */
export async function ensurePage() {
  if (isBuilt()) return;
  await withLock('building the page', async () => {
    if (isBuilt()) return;
    say('Building the chat page (vite) …');
    const vite = join('node_modules', 'vite', 'bin', 'vite.js');
    const { code, said } = await capture(process.execPath, [vite, 'build', SOURCES[0]]);
    if (code !== 0) throw new Blocked(`Building the chat page failed:\n${lastLines(said, 20)}`);
  });
}

/** Includes folders: their time changes when a file is deleted. */
export function isBuilt(root = ROOT) {
  const built = timeOf(join(root, BUILT));
  return built > 0 && SOURCES.every((source) => newest(join(root, source)) <= built);
}
