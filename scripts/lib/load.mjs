import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './run.mjs';

let registered = false;

/** Imports a source file of the project. The packages must be installed: the loader is one of them. */
export async function load(path) {
  if (!registered) {
    const { register } = await import('tsx/esm/api');
    register();
    registered = true;
  }
  return import(pathToFileURL(join(ROOT, path)).href);
}
