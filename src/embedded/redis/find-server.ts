import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Valkey first: it is the one that distributions maintain. */
const NAMES = ['valkey-server', 'redis-server'];

/**
 * @param path folders to search, in the format of PATH
 * @returns the program of a Redis or Valkey server on this machine, if there is one
 */
export function findRedisServer(path = process.env['PATH'] ?? ''): string | undefined {
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
