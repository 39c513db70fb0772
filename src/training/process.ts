import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Refused, WheelhouseError } from '../core/errors.ts';
import type { ProgramOrder, ProgramResult, Programs, RunFolders } from '../core/ports/programs.ts';
import { readReport } from './reports.ts';

const LEASH = fileURLToPath(new URL('./leash.mjs', import.meta.url));
const KEPT_LINES = 20;

/** A workspace's program ended badly. Its author reads the log; a second try would end the same. */
export class ProgramFailed extends WheelhouseError {
  constructor(what: string, lastLines: readonly string[]) {
    const said =
      lastLines.length > 0 ? ` It said last:\n${lastLines.join('\n')}` : ' It said nothing.';
    super('user', `${what}${said}`, { next: '/logs RUN shows more.' });
  }
}

/** Runs programs as child processes of this one, on a leash. See docs/training-contract.md. */
export function createPrograms(folders: Pick<RunFolders, 'log'>): Programs {
  return {
    async run(order) {
      order.signal.throwIfAborted();
      const request = join(order.runDir, 'request.json');
      await writeFile(request, JSON.stringify(order.request, null, 2));
      const child = spawn(process.execPath, [LEASH, ...order.argv], {
        cwd: order.folder,
        env: environmentOf(order, request),
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      });
      return follow(child, order, folders);
    },
  };
}

async function follow(
  child: ChildProcess,
  order: ProgramOrder,
  folders: Pick<RunFolders, 'log'>,
): Promise<ProgramResult> {
  const result: ProgramResult = { metrics: {}, artifacts: {} };
  const last: string[] = [];
  const said = (line: string): void => {
    const report = readReport(line);
    if (!report) {
      last.push(line);
      if (last.length > KEPT_LINES) last.shift();
      void folders.log(order.request.run, line);
    } else if ('progress' in report) order.onProgress(report.progress, report.message);
    else if ('metric' in report) result.metrics[report.metric] = report.value;
    else result.artifacts[report.artifact] = inside(order.runDir, report.path);
  };

  const stop = (): void => void child.kill('SIGTERM');
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    stop();
  }, order.timeoutMs);
  order.signal.addEventListener('abort', stop, { once: true });
  try {
    const ended = exitOf(child);
    await Promise.all([linesOf(child.stdout, said), linesOf(child.stderr, said)]);
    const code = await ended;
    order.signal.throwIfAborted();
    const name = order.argv.join(' ');
    if (late)
      throw new ProgramFailed(
        `"${name}" was stopped after ${Math.round(order.timeoutMs / 60_000)} minutes.`,
        last,
      );
    if (code !== 0) throw new ProgramFailed(`"${name}" ended with exit code ${code}.`, last);
    return result;
  } finally {
    clearTimeout(timer);
    order.signal.removeEventListener('abort', stop);
  }
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) => done(code ?? 1));
  });
}

async function linesOf(
  stream: NodeJS.ReadableStream | null,
  said: (line: string) => void,
): Promise<void> {
  if (!stream) return;
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }))
    said(line);
}

/** A program hands over what lies in its run's folder, and nothing else of this machine. */
function inside(folder: string, path: string): string {
  const full = resolve(folder, path);
  const way = relative(folder, full);
  if (way === '' || way.startsWith('..') || isAbsolute(way))
    throw new Refused(`The program reported an artifact outside its run's folder: ${path}`);
  return full;
}

/** PATH and the like, so that programs are found; none of our own secrets. */
const INHERITED = [
  'PATH',
  'HOME',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'USER',
  'VIRTUAL_ENV',
  'CONDA_PREFIX',
  'CUDA_VISIBLE_DEVICES',
  'LD_LIBRARY_PATH',
];

function environmentOf({ request, runDir }: ProgramOrder, requestFile: string): NodeJS.ProcessEnv {
  const inherited = Object.fromEntries(
    INHERITED.flatMap((name) =>
      process.env[name] === undefined ? [] : [[name, process.env[name]]],
    ),
  );
  const parameters = Object.entries(request.parameters).map(([name, value]) => [
    `WHEELHOUSE_PARAM_${name.toUpperCase().replaceAll('-', '_')}`,
    String(value),
  ]);
  return {
    ...inherited,
    ...Object.fromEntries(parameters),
    WHEELHOUSE_REQUEST: requestFile,
    WHEELHOUSE_RUN_DIR: runDir,
    WHEELHOUSE_FROM: request.window.from.toISOString(),
    WHEELHOUSE_TO: request.window.to.toISOString(),
    ...(request.out !== undefined && { WHEELHOUSE_OUT: request.out }),
    ...(request.data !== undefined && { WHEELHOUSE_DATA: request.data }),
  };
}
