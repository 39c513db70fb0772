import { type ForkOptions, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Fork } from '../serving/isolation/child.ts';
import type { ForkScoring } from '../serving/scoring/messages.ts';

const EXTENSION = extname(import.meta.url);
const script = (name: string) => fileURLToPath(new URL(`./${name}${EXTENSION}`, import.meta.url));

/** Processes that run models get none of our environment, and so no secret. */
const options: ForkOptions = {
  env: {},
  execArgv: loader(),
  // What a role writes to its standard output is for whoever started it.
  stdio: ['ignore', 2, 2, 'ipc'],
  serialization: 'advanced',
  // Ctrl-C reaches the role alone, which tells them what to finish before it ends.
  detached: true,
};

/** A request leaves nothing behind: a larger nursery, in MB, is collected less often and holds as little that lives. */
const NURSERY_MB = 32;

/** In a folder that holds nothing that a model could read. */
export const forkInference: Fork = (folder) =>
  fork(script('inference'), [], {
    ...options,
    execArgv: [...loader(), `--max-semi-space-size=${NURSERY_MB}`],
    cwd: folder,
  });

export const forkScoring: ForkScoring = () => fork(script('scoring'), [], { ...options, cwd: '/' });

/** Sources need their loader, built files nothing. */
function loader(): string[] {
  if (EXTENSION !== '.ts') return [];
  return ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href];
}
