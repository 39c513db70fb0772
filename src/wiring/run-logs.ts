import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunFolders } from '../core/ports/programs.ts';
import type { SharedFolder } from '../objects/shared-folder.ts';
import { createRunFolders } from '../training/folders.ts';

/** How far the others are behind. */
const SHARE_EVERY_MS = 2000;
/** A message shows at most this much. */
const TAIL_BYTES = 1024 * 1024;

interface Part {
  /** How much of the local log is shared. */
  done: number;
}

/** The folders of runs, whose logs are shared part by part if roles have different state folders. */
export function createRunLogs(
  home: string,
  shared: SharedFolder | undefined,
  failed: (error: unknown) => void,
): RunFolders & { flush(): Promise<void> } {
  const root = join(home, 'runs');
  const local = createRunFolders(root);
  if (!shared) return { ...local, flush: async () => {} };
  const token = randomBytes(4).toString('hex');
  const parts = new Map<string, Part>();
  const behind = new Set<string>();
  let turn: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  async function share(run: string): Promise<void> {
    const part = parts.get(run);
    if (!part || !behind.delete(run)) return;
    try {
      const bytes = await from(join(root, run, 'log.txt'), part.done);
      if (bytes.length === 0) return;
      const name = `${new Date().toISOString().replace(/[-:.]/g, '')}-${token}.txt`;
      const folder = join(home, 'shared', 'runs', run);
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, name), bytes);
      await shared?.publish(`runs/${run}`, name);
      part.done += bytes.length;
    } catch (error) {
      behind.add(run);
      throw error;
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    turn = turn
      .catch(() => undefined)
      .then(async () => {
        for (const run of [...behind]) await share(run);
      });
    return turn;
  }

  const soon = () => {
    timer ??= setTimeout(() => void flush().catch(failed).finally(again), SHARE_EVERY_MS).unref();
  };
  const again = () => {
    if (behind.size > 0) soon();
  };

  return {
    ...local,
    flush,
    async log(run, line) {
      if (!parts.has(run)) {
        const there = await stat(join(root, run, 'log.txt')).catch(() => undefined);
        if (!parts.has(run)) parts.set(run, { done: there?.size ?? 0 });
      }
      await local.log(run, line);
      behind.add(run);
      soon();
    },
    async tail(run, lines) {
      // Refuses what is not the ID of a run as well.
      const own = await local.tail(run, lines);
      if (behind.has(run)) await flush();
      await shared.fetch(`runs/${run}`);
      const folder = join(home, 'shared', 'runs', run);
      const names = (await readdir(folder)).filter((name) => name.endsWith('.txt')).toSorted();
      // One from before the logs were shared.
      if (names.length === 0) return own;
      let text = '';
      for (const name of names.toReversed()) {
        text = (await readFile(join(folder, name), 'utf8')) + text;
        if (text.length > TAIL_BYTES || text.split('\n').length > lines + 1) break;
      }
      return text.split('\n').slice(0, -1).slice(-lines);
    },
  };
}

async function from(path: string, start: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.max(0, size - start));
    await file.read(bytes, 0, bytes.length, start);
    // A line that is being written comes next time.
    return bytes.subarray(0, bytes.lastIndexOf(10) + 1);
  } finally {
    await file.close();
  }
}
