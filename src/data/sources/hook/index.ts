import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { OfferedFile } from '../../../core/data.ts';
import { defineSource } from '../../../core/define-source.ts';
import { Refused } from '../../../core/errors.ts';
import type { HookCall, HookCalls } from '../../../core/ports/hook-calls.ts';
import { secretVariable } from '../../../core/signed-message.ts';
import { layOut } from '../../lay-out.ts';
import { folderFault, placeOf, shownAs } from '../../names.ts';

/** What was posted or announced longer ago is no longer looked for. */
const KEPT_MS = 30 * 86_400_000;

const settings = z.object({
  path: z.string().min(1),
  secret_env: secretVariable,
  /** A body is stored in one document until it is in the folder. */
  max_kb: z.number().int().min(1).max(8192).default(1024),
  per_minute: z.number().int().min(1).max(6000).default(60),
});

/** The keys of a source of this kind. */
export const hookSettings = (given: Readonly<Record<string, unknown>>) => settings.parse(given);

/** Files that a signed call posts, or says are there. */
export const hook = defineSource({
  name: 'hook',
  summary: 'Files that a signed call posts, or says are there',
  settings,

  async look({ path }, { model, source, home, hookCalls, now, signal }) {
    const place = placeOf(path, model.folder, home);
    const folder = await realpath(place).catch((cause: unknown) => {
      throw folderFault(cause, place, `source ${source} of ${model.name}`);
    });
    const since = new Date(now().getTime() - KEPT_MS);
    const files = new Map<string, OfferedFile>();
    for (const call of await hookCalls.list(model.name, source, since)) {
      signal.throwIfAborted();
      await fetchBody(call, folder, hookCalls);
      const file = await offered(call, folder);
      // By its name here: the folder may be reached by a link.
      const name = shownAs(model.folder, join(place, call.file));
      if (file) files.set(name, { ...file, name });
    }
    await hookCalls.prune(since);
    return { files: [...files.values()].toSorted(byName), close: async () => {} };
  },
});

/** Puts a posted body into the folder. Again, it writes the same file. */
async function fetchBody(call: HookCall, folder: string, hookCalls: HookCalls): Promise<void> {
  if (!call.isWaiting) return;
  const body = await hookCalls.body(call.id);
  if (!body) return; // Another worker did it.
  await layOut(join(folder, call.file), body).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Refused(`Storing ${call.file}, which was posted for ${call.model}: ${reason}.`, {
      next: 'Let the worker write to that folder. The data is kept until then.',
      cause,
    });
  });
  await hookCalls.laidOut(call.id);
}

/** Undefined if it is not there yet, or is a link: links could lead to what only the worker may read. */
async function offered(
  { file, kind }: HookCall,
  folder: string,
): Promise<Omit<OfferedFile, 'name'> | undefined> {
  const path = join(folder, file);
  const [real, found] = await Promise.all([
    realpath(path).catch(() => undefined),
    stat(path).catch(() => undefined),
  ]);
  if (real !== path || !found?.isFile()) return undefined;
  const { size: bytes, mtimeMs: modified } = found;
  // Whoever announces a file may still be writing it.
  return { path, bytes, modified, isWhole: kind === 'posted' };
}

const byName = (one: OfferedFile, other: OfferedFile): number => (one.name < other.name ? -1 : 1);
