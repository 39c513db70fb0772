import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { RunFolders } from '../../core/ports/programs.ts';
import type { Heard } from '../output.ts';

const Bookmark = z.object({
  /** The position in the output up to which it was heard; absent if nothing was heard yet. */
  next: z.string().optional(),
  /** How long the run's log was then. */
  logged: z.number(),
  metrics: z.record(z.string(), z.number()),
  artifacts: z.record(z.string(), z.string()),
  sent: z.record(z.string(), z.string()).default({}),
  last: z.array(z.string()),
});

/** What was heard of an execution, and up to where, on this machine. */
export interface Bookmarks {
  /**
   * What was heard before, of an execution that is adopted; the run's log then ends there. Undefined if none of it was
   * heard on this machine: then all of it is heard again.
   */
  open(): Promise<{ next: string; heard: Heard } | undefined>;
  keep(next: string, heard: Heard): Promise<void>;
}

/** Written after the log: lines beyond the bookmark were written by a worker that died, and come again. */
export function createBookmarks(
  folders: Pick<RunFolders, 'named' | 'logged' | 'cutLog'>,
  { run, id }: { run: string; id: string },
): Bookmarks {
  const dir = folders.named(run, id);
  const path = join(dir, 'heard.json');

  async function write(next: string | undefined, heard: Heard): Promise<void> {
    await mkdir(dir, { recursive: true });
    const logged = await folders.logged(run);
    const whole = JSON.stringify({ next, logged, ...heard });
    await writeFile(`${path}.partial`, whole, { mode: 0o600 });
    await rename(`${path}.partial`, path);
  }

  return {
    async open() {
      const text = await readFile(path, 'utf8').catch(absent);
      if (text === undefined) {
        // Before the first line: a worker that dies before its first bookmark has written lines too.
        await write(undefined, { metrics: {}, artifacts: {}, sent: {}, last: [] });
        return undefined;
      }
      const { next, logged, ...heard } = Bookmark.parse(JSON.parse(text));
      await folders.cutLog(run, logged);
      return next === undefined ? undefined : { next, heard };
    },
    keep: write,
  };
}

function absent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
