import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';

type EmbeddedStore = {
  /** for mongoose and the driver; database `wheelhouse` */
  uri: string;
  pid: number;
  /** Ends the process once all it acknowledged is on the disk. May be called twice. */
  stop(): Promise<void>;
};

const KILL_AFTER_MS = 10_000;

/**
 * Starts the embedded store in a process of its own, which ends with this one at the latest.
 * @param dir the folder that holds the data; made when missing
 * @param signal stops the store when aborted
 * @throws Error with the reason when it does not start, such as a folder already in use
 */
export async function startEmbeddedStore(options: {
  dir: string;
  signal?: AbortSignal | undefined;
}): Promise<EmbeddedStore> {
  const { dir, signal } = options;
  signal?.throwIfAborted();
  const extension = extname(import.meta.url);
  const main = fileURLToPath(new URL(`./main${extension}`, import.meta.url));
  const child = spawn(
    process.execPath,
    [...loader(extension), main, '--dir', dir, '--port', '0'],
    // Detached: Ctrl-C reaches the parent alone, which still has things to write before it stops
    // the store. If it dies instead, the channel closes and the store ends by itself.
    { detached: true, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
  );
  const exited = once(child, 'exit').then(() => {});
  exited.catch(() => {}); // a failed spawn is reported below
  const stop = () => end(child, exited);
  const onAbort = () => void stop();
  signal?.addEventListener('abort', onAbort, { once: true });
  exited.finally(() => signal?.removeEventListener('abort', onAbort)).catch(() => {});

  const port = await ready(child, dir);
  return {
    uri: `mongodb://127.0.0.1:${port}/wheelhouse?directConnection=true`,
    pid: child.pid ?? 0,
    stop,
  };
}

/**
 * Sources need their loader, built files nothing. The options of this process are not handed on:
 * among them may be a debugger's port, or an --eval that would start the next store, and so on.
 */
function loader(extension: string): string[] {
  if (extension !== '.ts') return [];
  const tsx = createRequire(import.meta.url).resolve('tsx');
  return ['--import', pathToFileURL(tsx).href];
}

/** @returns the port; until then what the child complains about is the reason of its failure */
async function ready(child: ChildProcess, dir: string): Promise<number> {
  const complaints: string[] = [];
  let started = false;
  lines(child.stderr, (line) => {
    if (started) console.error(line);
    else complaints.push(line);
  });
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      reject(new Error(`starting the embedded store in ${dir}: ${cause.message}`, { cause }));
    });
    // 'close' rather than 'exit': by then its last words have arrived.
    child.once('close', (code, signal) => {
      const reason = complaints.join('\n') || `it ended at once (${signal ?? `exit code ${code}`})`;
      reject(new Error(`starting the embedded store in ${dir}: ${reason}`));
    });
    lines(child.stdout, (line) => {
      const port = portIn(line);
      if (port === undefined) return;
      started = true;
      for (const complaint of complaints) console.error(complaint);
      resolve(port);
    });
  });
}

function lines(stream: Readable | null, each: (line: string) => void): void {
  if (stream) createInterface({ input: stream }).on('line', each);
}

function portIn(line: string): number | undefined {
  const port = /^\{"ready":true,"port":(\d+)\}$/.exec(line)?.[1];
  return port === undefined ? undefined : Number(port);
}

async function end(child: ChildProcess, exited: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
  await exited.finally(() => clearTimeout(timer));
}
