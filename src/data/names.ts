import { join, relative, resolve, sep } from 'node:path';
import { NotFound, Unreachable } from '../core/errors.ts';

/** What can be read; DuckDB unpacks the last two. */
const READABLE = /\.(?:parquet|pq|csv|tsv|json|jsonl|ndjson)(?:\.gz|\.zst)?$/i;
/** Names under which programs write what they rename when it is complete. */
const UNFINISHED = /^[._~]|~$|\.(?:partial|part|tmp|temp|crdownload|filepart|swp)$/i;

export const isReadable = (file: string): boolean => READABLE.test(file);

const IN_HOME = '$WHEELHOUSE_HOME/';

/** A path as it is written in wheelhouse.yaml: relative to the workspace, or in the state folder of this machine. */
export const placeOf = (path: string, folder: string, home: string): string =>
  path.startsWith(IN_HOME) ? join(home, path.slice(IN_HOME.length)) : resolve(folder, path);

/** Neither the file nor a folder on the way to it has a name that says "not yet". */
export const isFinished = (root: string, file: string): boolean =>
  !relative(root, file)
    .split(sep)
    .some((part) => UNFINISHED.test(part));

/** Why a folder cannot be looked at. */
export function folderFault(cause: unknown, folder: string, what: string): Error {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new NotFound(`Looking for data (${what}): there is no folder ${folder}.`, {
      next: 'Create it, or correct the path in wheelhouse.yaml.',
      cause,
    });
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Unreachable(`Looking for data (${what}): ${reason}.`, { cause });
}

/** A file as people see it: relative to the workspace, where it is in there. */
export function shownAs(workspace: string, file: string): string {
  const name = relative(workspace, file);
  return name.startsWith('..') ? file : name;
}
