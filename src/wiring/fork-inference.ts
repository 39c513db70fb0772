import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Fork } from '../serving/isolation/child.ts';

const EXTENSION = extname(import.meta.url);
const SCRIPT = fileURLToPath(new URL(`./inference${EXTENSION}`, import.meta.url));

/** Starts an inference process. It runs models, so it gets none of our environment and no secret. */
export const forkInference: Fork = (folder) =>
  fork(SCRIPT, [], {
    cwd: folder,
    env: {},
    execArgv: loader(),
    // What a role writes to its standard output is for whoever started it.
    stdio: ['ignore', 2, 2, 'ipc'],
    serialization: 'advanced',
    // Ctrl-C reaches the role alone, which tells it to write its log before it ends.
    detached: true,
  });

/** Sources need their loader, built files nothing. */
function loader(): string[] {
  if (EXTENSION !== '.ts') return [];
  return ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href];
}
