import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { ProgramOrder, ProgramResult, Programs, RunFolders } from '../core/ports/programs.ts';
import { environmentOf } from './environment.ts';
import { endedHow, exitOf } from './exit.ts';
import { inside, requireFiles } from './handed-over.ts';
import { linesOf } from './lines.ts';
import { createLogWriter } from './log-writer.ts';
import { collectMetrics } from './metrics.ts';
import { ProgramFailed } from './program-failed.ts';
import { createHints, readReport } from './reports.ts';
import type { RunAs } from './run-as.ts';
import type { ProgramUser } from './users.ts';

const LEASH = fileURLToPath(new URL('./leash.mjs', import.meta.url));
/** How much of the log a message shows. */
const KEPT_LINES = 20;
const KEPT_LENGTH = 300;
/** A longer timer would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Runs programs as child processes of this one, on a leash. See docs/training-contract.md. */
export function createPrograms(folders: Pick<RunFolders, 'log'>, runAs?: RunAs): Programs {
  return {
    async run(order) {
      const requestFile = join(order.runDir, 'request.json');
      await writeFile(requestFile, JSON.stringify(order.request, null, 2));
      order.signal.throwIfAborted();
      const user = await runAs?.begin(order);
      try {
        if (user)
          for (const path of [order.runDir, requestFile]) await chown(path, user.uid, user.gid);
        order.signal.throwIfAborted();
        return await onLeash(order, { requestFile, user }, folders);
      } finally {
        if (user) runAs?.end(user);
      }
    },
  };
}

async function onLeash(
  order: ProgramOrder,
  { requestFile, user }: { requestFile: string; user: ProgramUser | undefined },
  folders: Pick<RunFolders, 'log'>,
): Promise<ProgramResult> {
  const mark = randomBytes(16).toString('hex');
  const as = JSON.stringify(user ? { uid: user.uid, gid: user.gid, own: user.own } : {});
  const child = spawn(process.execPath, [LEASH, as, ...order.argv], {
    cwd: order.folder,
    env: environmentOf(order, { requestFile, mark, user }),
    stdio: [order.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe', 'ipc'],
  });
  // A program may end without having read it.
  child.stdin?.on('error', () => undefined).end(order.stdin);
  try {
    return await follow(child, order, folders);
  } finally {
    // A killed leash has stopped nothing: its program would continue to run.
    if (child.signalCode !== null) await sweep(as, mark);
  }
}

function sweep(as: string, mark: string): Promise<void> {
  const broom = spawn(process.execPath, [LEASH, as], {
    env: { WHEELHOUSE_MARK: mark },
    stdio: 'ignore',
  });
  return new Promise((done) => {
    broom.once('error', () => done()).once('close', () => done());
  });
}

async function follow(
  child: ChildProcess,
  order: ProgramOrder,
  folders: Pick<RunFolders, 'log'>,
): Promise<ProgramResult> {
  const name = order.argv.join(' ');
  const metrics = collectMetrics();
  const hintFor = createHints();
  const result: ProgramResult = { metrics: metrics.kept, artifacts: {} };
  const last: string[] = [];
  const log = createLogWriter((lines) => folders.log(order.request.run, lines));
  const logged = (line: string): Promise<void> => {
    last.push(line.slice(0, KEPT_LENGTH));
    if (last.length > KEPT_LINES) last.shift();
    // Programs that are read are run again and again, and their log would grow for ever.
    return order.onOutput ? Promise.resolve() : log.add(line);
  };
  const said = async (line: string): Promise<void> => {
    const report = readReport(line);
    if (!report) {
      await logged(line);
      const hint = hintFor(line);
      if (hint !== undefined) await logged(hint);
    } else if ('progress' in report) order.onProgress(report.progress, report.message);
    else if ('metric' in report) {
      const refused = metrics.add(report.metric, report.value);
      if (refused !== undefined) await logged(refused);
    } else result.artifacts[report.artifact] = inside(order.runDir, report.path);
  };

  const printed = async (line: string): Promise<void> =>
    order.onOutput ? order.onOutput(line) : said(line);

  const stop = (): void => void child.kill('SIGTERM');
  let fault: { error: unknown } | undefined;
  // An error of the program is reported when it has ended: until then it must still be stopped.
  const hear = (stream: Readable | null, take = said) =>
    listen(stream, take).catch((error: unknown) => {
      fault ??= { error };
      stop();
    });
  let late = false;
  const timer = setTimeout(
    () => {
      late = true;
      stop();
    },
    Math.min(order.timeoutMs, LONGEST_TIMER_MS),
  );
  order.signal.addEventListener('abort', stop, { once: true });
  try {
    const [code] = await Promise.all([
      exitOf(child),
      hear(child.stdout, printed),
      hear(child.stderr),
    ]);
    await log.flush();
    order.signal.throwIfAborted();
    if (fault) throw fault.error;
    if (late)
      throw new ProgramFailed(`"${name}" was stopped after ${minutes(order.timeoutMs)}.`, last);
    if (code !== 0) throw new ProgramFailed(`"${name}" ${endedHow(code)}.`, last);
    await requireFiles(order, result, last);
    return result;
  } finally {
    clearTimeout(timer);
    order.signal.removeEventListener('abort', stop);
  }
}

async function listen(
  stream: Readable | null,
  said: (line: string) => Promise<void>,
): Promise<void> {
  if (!stream) return;
  try {
    for await (const line of linesOf(stream)) await said(line);
  } catch (error) {
    if (!isClosedEarly(error)) throw error;
  }
}

function isClosedEarly(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}

function minutes(ms: number): string {
  const count = Number((ms / 60_000).toFixed(2));
  return `${count} ${count === 1 ? 'minute' : 'minutes'}`;
}
