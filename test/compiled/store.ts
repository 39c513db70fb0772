import { pathToFileURL } from 'node:url';
import { BUILT } from '../built.ts';

/** As the sources have it, but the process that it starts needs no loader. */
export const { startEmbeddedStore }: typeof import('../../src/embedded/store-process.ts') =
  await import(pathToFileURL(BUILT.store).href);
