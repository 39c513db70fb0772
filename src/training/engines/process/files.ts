import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { link, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { EngineUser } from '../../../core/engine-kind.ts';
import { bootId, namespaceId, startOf } from './identity.mjs';

/** What the supervisor of a folder is told: see supervise.mjs. */
export interface SupervisorOrder {
  argv: readonly string[];
  folder: string;
  env: NodeJS.ProcessEnv;
  mark: string;
  /** Undefined: the one of the supervisor. */
  user: Pick<EngineUser, 'uid' | 'gid' | 'own'> | undefined;
  timeoutMs: number;
  outputBytes: number;
  unattendedMs: number;
}

const Supervisor = z.object({
  pid: z.number(),
  startedAt: z.string().optional(),
  boot: z.string().optional(),
  namespace: z.string().optional(),
});
export type Supervisor = z.output<typeof Supervisor>;

const Exit = z.object({
  code: z.number(),
  reason: z.enum(['late', 'cancelled', 'unattended', 'stopped']).optional(),
  seconds: z.number(),
  cpuSeconds: z.number().optional(),
});
export type Exit = z.output<typeof Exit>;

const User = z.object({ uid: z.number(), gid: z.number(), own: z.boolean() });

/** By what an execution is found again. */
export const Handle = z.object({
  run: z.string(),
  /** Of the execution: with the run, this is its folder. */
  id: z.string(),
  mark: z.string(),
  user: User.optional(),
  supervisor: Supervisor,
});
export type Handle = z.output<typeof Handle>;

const Order = z.object({ mark: z.string(), user: User.optional() });

/** The mark and the user of a folder's program; undefined if there is no order yet. */
export const readOrder = (dir: string) => readAs(join(dir, 'order.json'), Order);
export const readSupervisor = (dir: string) => readAs(join(dir, 'started.json'), Supervisor);
export const readExit = (dir: string) => readAs(join(dir, 'exit.json'), Exit);

/** Writes the file as a whole, unless there is one. @returns whether it did */
export async function writeOnce(path: string, content: unknown): Promise<boolean> {
  const partial = `${path}-${randomUUID()}`;
  await writeFile(partial, JSON.stringify(content), { mode: 0o600 });
  try {
    await link(partial, path);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    return false;
  } finally {
    await rm(partial, { force: true });
  }
}

/** Tells the supervisor that somebody follows the program. */
export async function attend(dir: string, now: Date): Promise<void> {
  const path = join(dir, 'watched');
  await utimes(path, now, now).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
    return writeFile(path, '', { mode: 0o600 });
  });
}

/** How long a supervisor elsewhere may be silent: its sign of life is two a second. */
const SILENT_MS = 60_000;

/**
 * Whether the supervisor lives. On this machine the kernel says so; for one on another machine, with which this one
 * shares the folder, its sign of life does.
 */
export async function isAlive(dir: string, supervisor: Supervisor, now: Date): Promise<boolean> {
  if (isHere(supervisor)) return startsAt(supervisor.pid) === supervisor.startedAt;
  const sign = await stat(join(dir, 'alive')).catch(() => undefined);
  return sign !== undefined && now.getTime() - sign.mtimeMs < SILENT_MS;
}

/** Whether its process ID means that process here. */
export function isHere({ boot, namespace }: Supervisor): boolean {
  return boot === bootId() && namespace === namespaceId();
}

/** Where there is no /proc, `ps` knows; in other units, but the supervisor's own word is missing there too. */
function startsAt(pid: number): string | undefined {
  const start = startOf(pid);
  if (start !== undefined || bootId() !== undefined) return start ?? 'no process';
  try {
    execFileSync('ps', ['-p', String(pid)], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'no process';
  }
}

async function readAs<T>(path: string, shape: z.ZodType<T>): Promise<T | undefined> {
  try {
    return shape.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;
