import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { ProgramOrder, ProgramResult, Programs, RunFolders } from '../core/ports/programs.ts';
import { LEASH, sweepUp, userWords } from './broom.ts';
import { environmentOf } from './environment.ts';
import { endedHow, exitOf } from './exit.ts';
import { inside, requireFiles } from './handed-over.ts';
import { linesOf } from './lines.ts';
import { inMinutes } from './minutes.ts';
import { createOutput } from './output.ts';
import { OUTPUT_BYTES } from './output-limit.mjs';
import { ProgramFailed } from './program-failed.ts';
import type { RunAs } from './run-as.ts';
import type { ProgramUser } from './users.ts';

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
  const as = JSON.stringify(user ? userWords(user) : {});
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
    if (child.signalCode !== null) await sweepUp(mark, user);
  }
}

async function follow(
  child: ChildProcess,
  order: ProgramOrder,
  folders: Pick<RunFolders, 'log'>,
): Promise<ProgramResult> {
  const name = order.argv.join(' ');
  const { heard, said, flush } = createOutput({
    // Programs that are read are run again and again, and their log would grow for ever.
    write: order.onOutput ? undefined : (lines) => folders.log(order.request.run, lines),
    onProgress: order.onProgress,
    place: (path) => inside(order.runDir, path),
    outputBytes: OUTPUT_BYTES,
  });
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
  const { last } = heard;
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
    await flush();
    order.signal.throwIfAborted();
    if (fault) throw fault.error;
    if (late)
      throw new ProgramFailed(`"${name}" was stopped after ${inMinutes(order.timeoutMs)}.`, last);
    if (code !== 0) throw new ProgramFailed(`"${name}" ${endedHow(code)}.`, last);
    const { metrics, artifacts } = heard;
    await requireFiles(order, { metrics, artifacts }, last);
    return { metrics, artifacts };
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
