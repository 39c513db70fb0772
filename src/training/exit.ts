import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { Unreachable } from '../core/errors.ts';

/** Time after a program's exit for reading the rest of its output. */
const LAST_WORDS_MS = 2000;
/** Higher codes are the numbers of signals, as in a shell: see src/training/leash.mjs. */
const SIGNALS = 128;

/**
 * Its exit code, after its output is closed: 128 plus the signal's number if it was ended by one. Throws
 * Unreachable if it could not be started.
 */
export function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((done, fail) => {
    child.once('error', (cause) =>
      fail(
        new Unreachable(`Starting a program of the workspace: ${cause.message}.`, {
          next: 'Check that the workspace folder exists.',
          cause,
        }),
      ),
    );
    child.once('close', (code, signal) => done(code ?? codeOf(signal)));
    // A process that left the process group may hold the output open forever.
    child.once('exit', () => {
      const closing = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, LAST_WORDS_MS);
      child.once('close', () => clearTimeout(closing));
    });
  });
}

function codeOf(signal: NodeJS.Signals | null): number {
  return signal === null ? 1 : SIGNALS + constants.signals[signal];
}

/** How a program ended, e.g. `was ended by SIGTERM`, for a sentence that starts with its name. */
export function endedHow(code: number): string {
  const signal = Object.entries(constants.signals).find(([, at]) => at === code - SIGNALS)?.[0];
  if (signal === undefined) return `ended with exit code ${code}`;
  const perhaps = signal === 'SIGKILL' ? ', perhaps because it ran out of memory' : '';
  return `was ended by ${signal} (exit code ${code})${perhaps}`;
}
