import { basename, join } from 'node:path';
import type { SharedFolder } from '../objects/shared-folder.ts';
import { isSegment } from '../serving/log/segments.ts';

/** Where the prediction log is read: in the state folder that all roles share, or in a copy that is kept current. */
export interface PredictionFolder {
  dir: string;
  /** Before these folders are read. */
  ready(folders: readonly string[], signal?: AbortSignal): Promise<void>;
  /** Runs `work`, which rewrites segments in the folder, and shares what it did. */
  compacting(signal: AbortSignal, work: (dir: string) => Promise<unknown>): Promise<void>;
  /** Undefined: the gateway writes where everybody reads. */
  shared: SharedFolder | undefined;
}

const START = 'predictions/';

export function createPredictionFolder(
  home: string,
  shared: SharedFolder | undefined,
): PredictionFolder {
  if (!shared) {
    const dir = join(home, 'predictions');
    const compacting: PredictionFolder['compacting'] = async (_, work) => void (await work(dir));
    return { dir, ready: async () => {}, compacting, shared };
  }
  const dir = join(home, 'shared', 'predictions');
  return {
    ...{ dir, shared },
    async ready(folders, signal) {
      for (const folder of folders) await shared.fetch(`${START}${basename(folder)}`, signal);
    },
    async compacting(signal, work) {
      const spaces = await shared.spaces(START);
      for (const space of spaces) await shared.fetch(space, signal);
      await work(dir);
      for (const space of spaces) await shared.publishAll(space, isSegment);
    },
  };
}
