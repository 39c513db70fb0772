import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './run.mjs';

let registered = false;

/** Imports a source file of the project. Only once its packages are there, which bring the loader. */
export async function load(path) {
  if (!registered) {
    const { register } = await import('tsx/esm/api');
    register();
    registered = true;
  }
  return import(pathToFileURL(join(ROOT, path)).href);
}
