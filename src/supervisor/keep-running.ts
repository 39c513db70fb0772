import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { Unreachable } from '../core/errors.ts';
import { createBackOff } from './back-off.ts';
import type { Journal } from './journal.ts';

export interface Program {
  name: string;
  argv: readonly [string, ...string[]];
  cwd?: string | undefined;
  env: NodeJS.ProcessEnv;
  /** Handed over by standard input, since programs of the same user can read an environment. */
  secrets?: Readonly<Record<string, string>>;
  /** Says `{"ready":true,…}` when it is up. Others count as up at once. */
  announces: boolean;
  /** Whether it is done when it ends with exit code 0, rather than to be started again. */
  mayFinish: boolean;
  /** It holds a child on a leash: killing it at once would let that one run away. */
  leash: boolean;
}

export interface Kept {
  /** Resolves at the first time it is up. Rejects when it never gets there. */
  ready: Promise<void>;
  /** Ends it by SIGTERM, and by SIGKILL when it is still there after the deadline. */
  stop(deadlineMs: number): Promise<void>;
  /** Ends it without a word. */
  kill(): void;
}

interface Ears {
  journal: Journal;
  /** Every line that the program says. */
  onLine(line: string): void;
  /** One line for people. */
  notice(text: string): void;
}

/** What fails that often before it was ever up will not come up. */
const FIRST_TRIES = 3;
/** What a role ends with that was told something wrong, e.g. half of a platform's settings: so it stays. */
const NOT_UNDERSTOOD = 'exit code 2';
const READY_MS = 180_000;
const LAST_WORDS_MS = 500;

/** Runs a program, and runs it again whenever it dies, until it is stopped. */
export function keepRunning(program: Program, ears: Ears): Kept {
  const end = new AbortController();
  const backOff = createBackOff();
  const up = createGate();
  let child: ChildProcess | undefined;
  const late = setTimeout(
    () => up.fail(neverUp(`it was not ready after ${READY_MS / 1000} s`)),
    READY_MS,
  );
  up.passed.catch(() => {}).finally(() => clearTimeout(late));

  function neverUp(why: string): Unreachable {
    const said = ears.journal.last().join('\n');
    return new Unreachable(`Starting ${program.name}: ${why}.${said && ` Last output:\n${said}`}`, {
      next: `${ears.journal.file} has the full log.`,
    });
  }

  async function live(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const since = performance.now();
      child = start(program, ears, up.open);
      const ending = await endOf(child);
      if (end.signal.aborted) return;
      if (program.mayFinish && ending === 'exit code 0') return;
      if (!up.isOpen() && (attempt >= FIRST_TRIES || ending === NOT_UNDERSTOOD))
        return up.fail(neverUp(`it ended with ${ending}`));
      const wait = backOff.next(performance.now() - since);
      const when = wait === 0 ? '' : ` in ${wait / 1000} s`;
      ears.notice(
        `${program.name} exited with ${ending} and is being restarted${when}; see ${ears.journal.file}`,
      );
      await delay(wait, undefined, { signal: end.signal }).catch(() => {});
      if (end.signal.aborted) return;
    }
  }
  const over = live();

  return {
    ready: up.passed,
    async stop(deadlineMs) {
      end.abort();
      child?.kill('SIGTERM');
      const timer = setTimeout(() => child?.kill('SIGKILL'), deadlineMs);
      await over.finally(() => clearTimeout(timer));
    },
    kill() {
      end.abort();
      // The leash ends its program on the way out, and the channel's end tells it to.
      child?.kill(program.leash ? 'SIGTERM' : 'SIGKILL');
    },
  };
}

function start({ argv, cwd, env, secrets, announces }: Program, ears: Ears, onUp: () => void) {
  const [command, ...words] = argv;
  const child = spawn(command, words, {
    env: secrets ? { ...env, WHEELHOUSE_SECRETS: 'stdin' } : env,
    ...(cwd !== undefined && { cwd }),
    // Detached: Ctrl-C reaches us alone, and we end them in order. Should we be killed instead, the
    // channel breaks and each ends by itself.
    detached: true,
    stdio: [secrets ? 'pipe' : 'ignore', 'pipe', 'pipe', 'ipc'],
  });
  // Who ends before it has read them is told of elsewhere.
  child.stdin?.on('error', () => {}).end(JSON.stringify(secrets));
  if (!announces) child.once('spawn', onUp);
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      ears.journal.write(line);
      if (announces && stream === child.stdout && line.startsWith('{"ready":true')) onUp();
      else ears.onLine(line);
    });
  }
  return child;
}

/** @returns how it ended, in words */
async function endOf(child: ChildProcess): Promise<string> {
  const closed = once(child, 'close');
  closed.catch(() => {});
  try {
    await once(child, 'exit');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  // Its last words are still on the way; but whoever holds its pipe must not hold us up.
  await Promise.race([closed, delay(LAST_WORDS_MS)]);
  return child.signalCode ?? `exit code ${child.exitCode}`;
}

function createGate() {
  let isOpen = false;
  let open = () => {};
  let fail = (_error: Error) => {};
  const passed = new Promise<void>((resolve, reject) => {
    open = () => {
      isOpen = true;
      resolve();
    };
    fail = reject;
  });
  return { passed, open, fail, isOpen: () => isOpen };
}
