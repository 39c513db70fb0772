import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { BadInput, WheelhouseError } from '../../core/errors.ts';
import { oneLine } from '../../core/one-line.ts';
import type { ArrivalReader } from '../../core/ports/arrivals.ts';
import type { Artifacts } from '../../core/ports/artifacts.ts';
import type { HookCalls } from '../../core/ports/hook-calls.ts';
import type { Programs, RunFolders } from '../../core/ports/programs.ts';
import { sourceKindOf } from '../../data/sources/index.ts';
import { withTables } from '../../datasets/files/open.ts';
import { measureArrival } from './measure.ts';

interface Parts {
  home: string;
  programs: Programs;
  runFolders: RunFolders;
  artifacts: Artifacts;
  hookCalls: HookCalls;
  secret(variable: string): string | undefined;
  now(): Date;
}

/** Reads new data by the plug-in of its source, and by DuckDB. */
export function createArrivalReader({ artifacts, ...parts }: Parts): ArrivalReader {
  return {
    look: (model, source, signal) =>
      sourceKindOf(source.kind).look(source, {
        ...{ ...parts, model, source: source.name, signal },
      }),

    fingerprint: (path, signal) =>
      reading('Reading', path, signal, async () => {
        const hash = createHash('sha256');
        for await (const chunk of createReadStream(path, { signal })) hash.update(chunk);
        return hash.digest('hex');
      }),

    async measure(path, { model, source, reference }, signal) {
      // Only read if it is there: a reference that was deleted is no reason to leave new data out.
      const compared = reference && (await artifacts.path(reference.sha256).catch(() => undefined));
      signal.throwIfAborted();
      return reading('Measuring', path, signal, () =>
        withTables([path, ...(compared === undefined ? [] : [compared])], (opened) =>
          measureArrival(opened, { model, source, version: reference?.version }),
        ),
      );
    },

    async isUnchanged({ path, bytes, modified }) {
      const now = await stat(path).catch(() => undefined);
      return now?.size === bytes && now.mtimeMs === modified;
    },
  };
}

/** Whatever is wrong with a file is said of that file, so that it does not keep others from being looked at. */
async function reading<T>(
  doing: string,
  path: string,
  signal: AbortSignal,
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof WheelhouseError) throw cause;
    const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new BadInput(`${doing} ${basename(path)}: ${oneLine(why).slice(0, 300)}`, { cause });
  }
}
