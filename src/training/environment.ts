import type { ProgramOrder } from '../core/ports/programs.ts';
import { currentTrace } from '../core/trace.ts';
import type { ProgramUser } from './users.ts';

/** PATH and similar variables, so that programs are found; none of our own secrets. */
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

/** The environment of a workspace's program. See docs/training-contract.md. */
export function environmentOf(
  { request, runDir }: Pick<ProgramOrder, 'request' | 'runDir'>,
  { requestFile, mark, user }: { requestFile: string; mark: string; user: ProgramUser | undefined },
): NodeJS.ProcessEnv {
  const trace = currentTrace();
  return {
    ...inherited(),
    ...(user && homeOf(user, runDir)),
    ...parametersIn(request),
    WHEELHOUSE_REQUEST: requestFile,
    WHEELHOUSE_RUN_DIR: runDir,
    WHEELHOUSE_RUN: request.run,
    WHEELHOUSE_MARK: mark,
    ...(trace && { TRACEPARENT: trace.parent }),
    WHEELHOUSE_FROM: request.window.from.toISOString(),
    WHEELHOUSE_TO: request.window.to.toISOString(),
    ...(request.out !== undefined && { WHEELHOUSE_OUT: request.out }),
    ...(request.data !== undefined && { WHEELHOUSE_DATA: request.data }),
  };
}

/** The parameters as variables. */
export function parametersIn({
  parameters,
}: Pick<ProgramOrder['request'], 'parameters'>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      `WHEELHOUSE_PARAM_${name.toUpperCase().replaceAll('-', '_')}`,
      String(value),
    ]),
  );
}

/** What a program has of this process's environment. */
export function inherited(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    INHERITED.flatMap((name) =>
      process.env[name] === undefined ? [] : [[name, process.env[name]]],
    ),
  );
}

/** The worker's own home is closed to them; caches and similar files go to the run folder. */
export function homeOf({ name }: ProgramUser, folder: string): NodeJS.ProcessEnv {
  return { HOME: folder, USER: name, LOGNAME: name, TMPDIR: undefined };
}
