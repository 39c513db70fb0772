import { pathToFileURL } from 'node:url';
import { BUILT } from '../built.ts';

/** Like the source, but the process that it starts needs no loader. */
export const { startEmbeddedStore }: typeof import('../../src/embedded/store-process.ts') =
  await import(pathToFileURL(BUILT.store).href);
