import { type ForkOptions, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ForkChallenger } from '../serving/challenger/messages.ts';
import type { Fork } from '../serving/isolation/child.ts';
import type { ForkScoring } from '../serving/scoring/messages.ts';

const EXTENSION = extname(import.meta.url);
const script = (name: string) => fileURLToPath(new URL(`./${name}${EXTENSION}`, import.meta.url));

/** Processes that run models get none of our environment, and so no secrets. */
const options: ForkOptions = {
  env: {},
  execArgv: loader(),
  // A role's standard output belongs to the process that started it.
  stdio: ['ignore', 2, 2, 'ipc'],
  serialization: 'advanced',
  // Ctrl-C only reaches the role, which tells them what to finish before it exits.
  detached: true,
};

/**
 * Requests leave no objects behind: a larger nursery, in MB, is collected less often and has as few survivors.
 */
const NURSERY_MB = 32;

/** In a folder without anything that a model could read. */
export const forkInference: Fork = (folder) =>
  fork(script('inference'), [], {
    ...options,
    execArgv: [...loader(), `--max-semi-space-size=${NURSERY_MB}`],
    cwd: folder,
  });

export const forkScoring: ForkScoring = () => fork(script('scoring'), [], { ...options, cwd: '/' });

export const forkChallenger: ForkChallenger = ({ folder, door, number }) =>
  fork(script('challenger'), [door, String(number)], { ...options, cwd: folder });

/** Sources need their loader, built files do not. */
function loader(): string[] {
  if (EXTENSION !== '.ts') return [];
  return ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href];
}
