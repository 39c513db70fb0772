import { AsyncLocalStorage } from 'node:async_hooks';
import type { OpenObject } from '../core/ports/objects.ts';

const holders = new AsyncLocalStorage<OpenObject[]>();

/** Runs `work`, and closes the copies when it has ended whose paths it asked for. */
export async function closingAfter<T>(work: () => Promise<T>): Promise<T> {
  const opened: OpenObject[] = [];
  try {
    return await holders.run(opened, work);
  } finally {
    // What is left open is closed when this process ends.
    await Promise.allSettled(opened.map((object) => object.close()));
  }
}

/** A path that may be used until the surrounding `closingAfter` ends; without one, until this process ends. */
export function holdOpen(object: OpenObject): string {
  holders.getStore()?.push(object);
  return object.path;
}
