import { setTimeout as wait } from 'node:timers/promises';
import type { ObjectStore } from '../core/ports/objects.ts';
import type { StorageRecords } from '../core/ports/storage.ts';

const AGAIN_MS = 200;

/** The same store, in which what is stored is not removed by a sweep that is under way: see `sweep`. */
export function guarded(objects: ObjectStore, records: Pick<StorageRecords, 'keep'>): ObjectStore {
  return {
    ...objects,
    async put(file, signal) {
      for (;;) {
        const stored = await objects.put(file, signal);
        if (await records.keep(stored.sha256)) return stored;
        await wait(AGAIN_MS, undefined, signal ? { signal } : {});
      }
    },
  };
}
