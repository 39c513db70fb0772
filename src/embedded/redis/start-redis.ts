import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { Unreachable } from '../../core/errors.ts';
import { freePort } from '../free-port.ts';
import { findRedisServer } from './find-server.ts';
import { visit } from './ping.ts';

export interface OwnRedis {
  /** With its password, which is new at every start. */
  url: string;
  pid: number;
  /** Resolves when the server has exited, expected or not. */
  ended: Promise<void>;
  /** Stops the server after everything it received is on disk. May be called twice. */
  stop(): Promise<void>;
}

interface Options {
  /** The server's own folder; created if missing. Its data is served again. */
  dir: string;
  /** The server's program; default: the one on PATH. */
  program?: string | undefined;
  /** The URL of a server that has died: the new one listens there, so that its clients find it. */
  instead?: string | undefined;
  /** Called with every line that the server prints. */
  onLine?: ((line: string) => void) | undefined;
}

const ATTEMPTS = 5;
/** A large append-only file is read before the first answer. */
const START_MS = 60_000;
const KILL_AFTER_MS = 10_000;
const KEPT_LINES = 8;
const POLL_MS = 20;

/**
 * Starts a Redis or Valkey server as a child of this process, on loopback, in its own folder. It stops with
 * this process at the latest, even if this one is killed.
 * @throws Unreachable with the last lines of the server's log if it does not start
 */
export async function startRedis({ dir, program, instead, onLine }: Options): Promise<OwnRedis> {
  const folder = resolve(dir);
  const server = program ?? findRedisServer();
  if (server === undefined)
    throw new Unreachable('Starting Redis: neither valkey-server nor redis-server is on PATH.', {
      next: 'Install one of them (on Debian: apt-get install redis-server), or set REDIS_URL.',
    });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (let attempt = 1; ; attempt++) {
    const url = instead ?? `redis://:${newPassword()}@127.0.0.1:${await freePort()}`;
    const started = await tryUrl(server, folder, url, onLine);
    if ('url' in started) return started;
    // Another process took the port between our check and the bind: try again.
    if (started.portTaken && instead === undefined && attempt < ATTEMPTS) continue;
    throw new Unreachable(`Starting ${server} in ${folder}: ${started.why}`, {
      next: 'If its files are damaged, move that folder away and start again.',
    });
  }
}

interface Failure {
  why: string;
  portTaken: boolean;
}

function newPassword(): string {
  return randomBytes(18).toString('base64url');
}

async function tryUrl(
  program: string,
  folder: string,
  url: string,
  onLine: Options['onLine'],
): Promise<OwnRedis | Failure> {
  const settings = join(folder, 'redis.conf');
  // In a file, because every user of the machine can read the arguments of a process.
  await writeFile(settings, configuration(folder, new URL(url)), { mode: 0o600 });
  const child = leashed(program, settings);
  const last: string[] = [];
  const listen = (line: string) => {
    last.push(line);
    if (last.length > KEPT_LINES) last.shift();
    onLine?.(line);
  };
  for (const stream of [child.stdout, child.stderr])
    if (stream) createInterface({ input: stream }).on('line', listen);
  // 'close' rather than 'exit': by then its last output has arrived.
  const ended = once(child, 'close').then(
    () => {},
    (error: unknown) => listen(String(error)),
  );
  const stop = () => end(child, ended);

  const why = await answers(url, child, ended);
  // It is read once and contains the password, which programs of the same user could read too.
  await rm(settings, { force: true });
  if (why === undefined) return { url, pid: child.pid ?? 0, ended, stop };
  await stop();
  const said = last.join('\n');
  return { why: said === '' ? why : `${why} Last output:\n${said}`, portTaken: taken(said) };
}

function configuration(dir: string, { port, password }: URL): string {
  return [
    'bind 127.0.0.1',
    'protected-mode yes',
    `port ${port}`,
    `requirepass ${password}`,
    `dir ${JSON.stringify(dir)}`,
    // Acknowledged data survives a crash except for the last second; a queue must not evict jobs.
    'appendonly yes',
    'appendfsync everysec',
    'save ""',
    'maxmemory-policy noeviction',
    'daemonize no',
    'logfile ""',
    '',
  ].join('\n');
}

/**
 * Redis does not watch its parent. Therefore a shell becomes the server and leaves a process that holds the
 * other end of our pipe: when this process is gone, the pipe closes and the server is stopped.
 */
function leashed(program: string, settings: string): ChildProcess {
  const script =
    'exec 3<&0; (cat <&3; kill -TERM $$) >/dev/null 2>&1 & exec "$0" "$1" </dev/null 3<&-';
  return spawn('/bin/sh', ['-c', script, program, settings], {
    // Detached: Ctrl-C only reaches the parent, which still has jobs to finish before it stops the server.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** @returns why the server is not ours or not reachable; undefined if it answers and is ours */
async function answers(
  url: string,
  child: ChildProcess,
  ended: Promise<void>,
): Promise<string | undefined> {
  const late = Date.now() + START_MS;
  let gone = false;
  void ended.then(() => {
    gone = true;
  });
  for (;;) {
    const pid = await visit(url, processOf).catch(() => undefined);
    // Only our server knows the password and has this process ID.
    if (pid !== undefined && pid === child.pid) return undefined;
    if (gone) return `it ended at once (${child.signalCode ?? `exit code ${child.exitCode}`}).`;
    if (Date.now() > late) return `it did not answer within ${START_MS / 1000} s.`;
    await Promise.race([delay(POLL_MS), ended]);
  }
}

/** @returns the process that serves; undefined while it is still reading its files */
async function processOf(redis: { info(section: string): Promise<string> }) {
  const server = /^process_id:(\d+)/m.exec(await redis.info('server'))?.[1];
  const loading = /^loading:1/m.test(await redis.info('persistence'));
  return server === undefined || loading ? undefined : Number(server);
}

function taken(said: string): boolean {
  return /address already in use|failed listening on port/i.test(said);
}

async function end(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
  await ended.finally(() => clearTimeout(timer));
}
