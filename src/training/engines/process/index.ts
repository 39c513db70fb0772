import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { defineEngine } from '../../../core/define-engine.ts';
import { writing } from '../../../core/disk.ts';
import type { EngineOrder, EngineState } from '../../../core/engine.ts';
import type { EngineReach, EngineUser } from '../../../core/engine-kind.ts';
import { Unreachable } from '../../../core/errors.ts';
import { userWords } from '../../broom.ts';
import { environmentOf } from '../../environment.ts';
import { end } from './end.ts';
import {
  attend,
  type Exit,
  Handle,
  isAlive,
  isHere,
  readExit,
  readOrder,
  readSupervisor,
  type SupervisorOrder,
  writeOnce,
} from './files.ts';
import { outputFrom } from './output-from.ts';

const SUPERVISE = fileURLToPath(new URL('./supervise.mjs', import.meta.url));
const LOOK_MS = 5;

/** A supervisor on this machine, which outlives the worker that started it. */
export const processEngine = defineEngine({
  name: 'process',
  summary: 'A process on the machine of a worker',
  isRemote: false,
  pollMs: 250,
  settings: z.object({
    unattended_minutes: z.number().positive().max(1440).default(2),
  }),
  job: z.object({}),
  handle: Handle,

  async start({ settings }, order, reach) {
    const { run } = order.request;
    const dir = reach.runFolders.named(run, order.id);
    await writing(`making a folder for ${run}`, dir, async () => {
      await mkdir(dir, { recursive: true });
      // The program's user passes through it to its own files, and sees nothing in it.
      await chmod(dir, 0o711);
      await attend(dir, new Date());
    });
    if (!(await readOrder(dir)))
      await writeOrder(dir, order, settings.unattended_minutes * 60_000, reach);
    if (!(await readSupervisor(dir))) await supervise(dir, order);
    const handle = await handleOf(dir, { run, id: order.id });
    if (handle) return handle;
    throw new Unreachable(`Starting the training of ${run}: its folder is gone.`);
  },

  async adopt(_, which, reach) {
    return handleOf(dirOf(which, reach), which);
  },

  async resume(_, handle, reach) {
    const { supervisor } = handle;
    const { users } = reach;
    const dir = dirOf(handle, reach);
    const now = new Date();
    await attend(dir, now).catch(() => undefined); // of another machine, or removed
    // Asked first: it may end between the two questions.
    const lives = await isAlive(dir, supervisor, now);
    const exit = await readExit(dir);
    if (exit) {
      users.release(dir);
      return stateOf(exit);
    }
    if (lives) return { status: 'running' };
    if (isHere(supervisor)) await end(dir, handle, 'stopped');
    users.release(dir);
    return { status: 'gone', why: lostWords(supervisor) };
  },

  async cancel(_, handle, reach) {
    const dir = dirOf(handle, reach);
    await end(dir, handle, 'cancelled');
    reach.users.release(dir);
  },

  async *logs(_, handle, from, reach) {
    const dir = dirOf(handle, reach);
    const { supervisor } = handle;
    const isOver =
      (await readExit(dir)) !== undefined || !(await isAlive(dir, supervisor, new Date()));
    yield* outputFrom(dir, from, isOver);
  },

  filesOf: (handle, reach) => join(dirOf(handle, reach), 'files'),

  async forget(_, handle, reach) {
    await rm(dirOf(handle, reach), { recursive: true, force: true });
  },
});

const dirOf = ({ run, id }: Pick<Handle, 'run' | 'id'>, { runFolders }: EngineReach): string =>
  runFolders.named(run, id);

async function handleOf(
  dir: string,
  { run, id }: Pick<Handle, 'run' | 'id'>,
): Promise<Handle | undefined> {
  const [order, supervisor] = await Promise.all([readOrder(dir), readSupervisor(dir)]);
  if (!order || !supervisor) return undefined;
  const { mark, user } = order;
  return { run, id, mark, supervisor, ...(user && { user }) };
}

/** What the supervisor will do, if nobody has written it before. */
async function writeOrder(
  dir: string,
  { argv, folder, request: asked, data, timeoutMs, outputBytes }: EngineOrder,
  unattendedMs: number,
  { users }: EngineReach,
): Promise<void> {
  if (!(await stat(folder).catch(() => undefined)))
    throw new Unreachable(`Starting a program of the workspace: there is no folder ${folder}.`, {
      next: 'Check that the workspace folder exists.',
    });
  const runDir = join(dir, 'files');
  const requestFile = join(runDir, 'request.json');
  const request = { ...asked, data: data.path };
  await mkdir(runDir, { recursive: true, mode: 0o700 });
  await writeFile(requestFile, JSON.stringify(request, null, 2));
  const user = await users.take(dir, { argv, folder, runDir, request });
  const mark = randomBytes(16).toString('hex');
  await give([runDir, requestFile], user);
  const env = environmentOf({ request, runDir }, { requestFile, mark, user });
  const words: SupervisorOrder = {
    ...{ argv, folder, env, mark, user: user && userWords(user) },
    ...{ timeoutMs, outputBytes, unattendedMs },
  };
  if (!(await writeOnce(join(dir, 'order.json'), words))) users.release(dir);
}

async function give(paths: readonly string[], user: EngineUser | undefined): Promise<void> {
  if (user) for (const path of paths) await chown(path, user.uid, user.gid);
}

/** Starts a supervisor of the folder. If there are two, one of them ends. */
async function supervise(dir: string, { request }: EngineOrder): Promise<void> {
  // Not a child that anybody waits for: it goes on without this process, in a session of its own.
  const child = spawn(process.execPath, [SUPERVISE, dir], {
    ...{ cwd: '/', detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
    env: {},
  });
  const said = errorsOf(child);
  const exited = once(child, 'exit').then(
    () => true,
    () => true,
  );
  for (;;) {
    const isOver = await Promise.race([exited, delay(LOOK_MS, false)]);
    if (await readSupervisor(dir)) break;
    if (isOver)
      throw new Unreachable(
        `Starting the training of ${request.run}: its supervisor ended at once. ${await said}`,
      );
  }
  child.stderr?.destroy();
  child.unref();
}

async function errorsOf({ stderr }: ChildProcess): Promise<string> {
  let text = '';
  try {
    for await (const chunk of stderr ?? []) text = `${text}${chunk}`.slice(-2000);
  } catch {
    // Closed once it runs.
  }
  return text.trim();
}

function stateOf({ code, reason, seconds, cpuSeconds }: Exit): EngineState {
  const use = { seconds, ...(cpuSeconds !== undefined && { cpuSeconds }) };
  switch (reason) {
    case undefined:
      return { status: 'ended', code, use };
    case 'late':
    case 'cancelled':
      return { status: 'stopped', why: reason, use };
    case 'unattended':
      return { status: 'gone', why: 'No worker followed it for a while, so it was stopped.' };
    case 'stopped':
      return { status: 'gone', why: 'It was told to stop by somebody else than Wheelhouse.' };
  }
}

function lostWords(supervisor: Handle['supervisor']): string {
  return isHere(supervisor)
    ? 'The process that supervised it was killed, perhaps because memory ran out.'
    : 'The machine that it ran on was restarted, or does not answer.';
}
