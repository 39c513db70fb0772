import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';

export interface Child {
  pid: number;
  /** The line of JSON that it prints when it is ready. */
  said: string;
  /** Ends it by SIGTERM. */
  stop(): Promise<void>;
}

interface Program {
  argv: readonly [string, ...string[]];
  env: NodeJS.ProcessEnv;
}

const KILL_AFTER_MS = 12_000;

/**
 * A program that prints `{"ready":true,…}` when it is ready, with its log in a file. It ends with us at the latest, when
 * its channel closes.
 * @throws Error if it ends before it is ready
 */
export async function startChild({ argv, env }: Program, log: string): Promise<Child> {
  const [command, ...words] = argv;
  const file = await open(log, 'a');
  let child: ChildProcess;
  try {
    child = spawn(command, words, { env, stdio: ['ignore', 'pipe', file.fd, 'ipc'] });
  } finally {
    await file.close();
  }
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
    await ended.finally(() => clearTimeout(timer));
  };
  const early = ended.then(([code, signal]) => {
    throw new Error(`${words.join(' ')} ended with ${signal ?? code} before it was up; see ${log}`);
  });
  early.catch(() => {}); // later it is no news
  if (!child.stdout) throw new Error('a child has a standard output');
  const [said] = await Promise.race([once(createInterface(child.stdout), 'line'), early]);
  if (!String(said).startsWith('{"ready":true')) {
    await stop();
    throw new Error(`${words.join(' ')} said ${said} rather than that it was up`);
  }
  return { pid: child.pid ?? 0, said: String(said), stop };
}
