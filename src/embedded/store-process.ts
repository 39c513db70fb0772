import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { isLocked } from './lock.ts';
import { PORT_FILE, passwordOf, uriOf } from './password.ts';

type EmbeddedStore = {
  /** for mongoose and the driver, with the password; database `wheelhouse` */
  uri: string;
  pid: number;
  /** Ends the process once all it acknowledged is on the disk. May be called twice. */
  stop(): Promise<void>;
};

type Options = {
  /** holds the data; made when missing */
  dir: string;
  /** stops the store when aborted */
  signal?: AbortSignal | undefined;
};

/**
 * Starts the embedded store in a process of its own, which ends with this one at the latest.
 * @throws Error with the reason when it does not start, such as a folder already in use
 */
export async function startEmbeddedStore({ dir, signal }: Options): Promise<EmbeddedStore> {
  signal?.throwIfAborted();
  const main = fileURLToPath(new URL(`./main${extname(import.meta.url)}`, import.meta.url));
  // Sources need their loader. The options of this process are not handed on: among them may be a
  // debugger's port, or an --eval that would start the next store, and so on.
  const loader = main.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : [];
  const child = spawn(process.execPath, [...loader, main, '--dir', dir], {
    // Ctrl-C reaches the parent alone, which still has things to write before it stops the store. If
    // it dies instead, the channel closes and the store ends by itself.
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  signal?.addEventListener('abort', () => child.kill(), { once: true });
  const closed = once(child, 'close');
  const port = await ready(child, closed);
  return {
    uri: uriOf(port, await passwordOf(dir)),
    pid: child.pid ?? 0,
    async stop() {
      child.kill();
      await closed;
    },
  };
}

/**
 * The address of the store that runs in a folder, started by another process; undefined where none does.
 * The folder of a store belongs to one user of the machine, who may know its password.
 */
export async function runningStore(dir: string): Promise<string | undefined> {
  if (!(await isLocked(dir))) return undefined;
  const port = Number(await readFile(join(dir, PORT_FILE), 'utf8').catch(() => ''));
  return port > 0 ? uriOf(port, await passwordOf(dir)) : undefined;
}

async function ready({ stdout, spawnfile }: ChildProcess, closed: Promise<unknown>) {
  const early = closed.then((how) => {
    throw new Error(`starting the embedded store: ${spawnfile} ended at once (${how})`);
  });
  if (!stdout) return early;
  const [line] = await Promise.race([once(createInterface(stdout), 'line'), early]);
  const { port, error } = JSON.parse(line);
  if (error) throw new Error(error);
  return port;
}
