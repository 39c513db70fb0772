import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** When a file, or anything below a folder, was last changed, in milliseconds since 1970. */
export function newest(path) {
  const entries = statSync(path).isDirectory() ? readdirSync(path) : [];
  return Math.max(timeOf(path), ...entries.map((entry) => newest(join(path, entry))));
}

/** Of one file or folder only; 0 if it does not exist. */
export function timeOf(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
