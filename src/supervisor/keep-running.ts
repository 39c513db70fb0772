import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { Unreachable } from '../core/errors.ts';
import { type SessionPriority, setSessionPriority } from '../core/session-priority.mjs';
import { createBackOff } from './back-off.ts';
import type { Journal } from './journal.ts';

export interface Program {
  name: string;
  argv: readonly [string, ...string[]];
  cwd?: string | undefined;
  env: NodeJS.ProcessEnv;
  /** Passed on standard input, because programs of the same user can read an environment. */
  secrets?: Readonly<Record<string, string>>;
  /** Prints `{"ready":true,…}` when it is up. Other programs count as up at once. */
  announces: boolean;
  /** Whether exit code 0 means that it is done, instead of that it must be restarted. */
  mayFinish: boolean;
  /** When the processors are busy: see `setSessionPriority`. Undefined: the usual one. */
  priority?: SessionPriority;
  /** It holds a child on a leash: killing it at once would let the child escape. */
  leash: boolean;
}

export interface Kept {
  /** Resolves when it is up for the first time. Rejects if it never is. */
  ready: Promise<void>;
  /** Stops it by SIGTERM, and by SIGKILL if it is still running after the deadline. */
  stop(deadlineMs: number): Promise<void>;
  /** Kills it without waiting. */
  kill(): void;
}

interface Ears {
  journal: Journal;
  /** Called with every line that the program prints. */
  onLine(line: string): void;
  /** One line for people. */
  notice(text: string): void;
}

/** A program that fails this often before it was ever up will not come up. */
const FIRST_TRIES = 3;
/**
 * The exit code of a role with invalid settings, e.g. incomplete ones of a platform: a restart would not help.
 */
const NOT_UNDERSTOOD = 'exit code 2';
const READY_MS = 180_000;
const LAST_WORDS_MS = 500;

/** Runs a program, and restarts it whenever it dies, until it is stopped. */
export function keepRunning(program: Program, ears: Ears, backOff = createBackOff()): Kept {
  const end = new AbortController();
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
      // The leash stops its program at shutdown, when the channel closes.
      child?.kill(program.leash ? 'SIGTERM' : 'SIGKILL');
    },
  };
}

function start(
  { argv, cwd, env, secrets, announces, priority }: Program,
  ears: Ears,
  onUp: () => void,
) {
  const [command, ...words] = argv;
  const child = spawn(command, words, {
    env: secrets ? { ...env, WHEELHOUSE_SECRETS: 'stdin' } : env,
    ...(cwd !== undefined && { cwd }),
    // Detached: Ctrl-C only reaches us, and we stop them in order. If we are killed instead, the channel closes
    // and each exits by itself.
    detached: true,
    stdio: [secrets ? 'pipe' : 'ignore', 'pipe', 'pipe', 'ipc'],
  });
  if (priority) setSessionPriority(child.pid, priority);
  // A program that exits before it has read them is reported elsewhere.
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

/** @returns how it ended, as text */
async function endOf(child: ChildProcess): Promise<string> {
  const closed = once(child, 'close');
  closed.catch(() => {});
  try {
    await once(child, 'exit');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  // Its last output is still on the way; but a process that holds its pipe must not block us.
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
