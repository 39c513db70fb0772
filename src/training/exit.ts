import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { Unreachable } from '../core/errors.ts';

/** After a program's end, for what it has written and nobody has read yet. */
const LAST_WORDS_MS = 2000;
/** Above it stand the numbers of signals, as in a shell: see src/training/leash.mjs. */
const SIGNALS = 128;

/** Its exit code, when its output is closed too: 128 and the signal's number where one ended it. Throws Unreachable where it could not be started. */
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
    // What left the process group may hold the output open for ever.
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

/** How a program ended, e.g. `was ended by SIGTERM`, for a sentence that begins with its name. */
export function endedHow(code: number): string {
  const signal = Object.entries(constants.signals).find(([, at]) => at === code - SIGNALS)?.[0];
  if (signal === undefined) return `ended with exit code ${code}`;
  const perhaps = signal === 'SIGKILL' ? ', perhaps because it ran out of memory' : '';
  return `was ended by ${signal} (exit code ${code})${perhaps}`;
}
