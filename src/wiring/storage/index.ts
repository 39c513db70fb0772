import { readSettings, type Settings } from '../../../config/settings.ts';
import { loadWorkspace } from '../../../config/workspace.ts';
import { systemClock } from '../../core/clock.ts';
import { BadInput } from '../../core/errors.ts';
import { parseWords } from '../../core/parse-words.ts';
import type { ObjectStore } from '../../core/ports/objects.ts';
import { fileIn } from '../../objects/files.ts';
import { createFolderStore } from '../../objects/folder/store.ts';
import { examine } from '../../objects/sweep.ts';
import { openObjects } from '../objects.ts';
import { withRegistry } from '../store.ts';
import { inJson, inText } from './words.ts';

const USAGE = 'npx wheelhouse storage [--json] | storage copy FOLDER';

interface Out {
  write(text: string): unknown;
}

/** `storage`: which objects there are, what uses them and what would be removed. Changes nothing, unless it copies. */
export async function runStorage(
  words: readonly string[],
  out: Out,
  settings: Settings = readSettings(),
): Promise<void> {
  const options = { json: { type: 'boolean' } } as const;
  const config = { args: [...words], options, allowPositionals: true } as const;
  const { values, positionals } = parseWords(config, USAGE);
  const [verb, folder, ...more] = positionals;
  if (verb === 'copy' && folder !== undefined && more.length === 0 && values.json === undefined) {
    const workspace = await loadWorkspace(settings.workspace);
    return withRegistry(settings, async ({ storage }) =>
      copy(folder, (await openObjects(settings, workspace, storage)).objects, out),
    );
  }
  if (verb !== undefined)
    throw new BadInput('"storage" takes nothing, or "copy" and a folder.', {
      next: `Usage: ${USAGE}`,
    });
  const workspace = await loadWorkspace(settings.workspace);
  const { keepDays, remove } = workspace.objects;
  const { objects } = await openObjects(settings, workspace);
  const found = await withRegistry(settings, ({ storage: records }) =>
    examine({ objects, records, clock: systemClock, keepDays }),
  );
  const about = { place: objects.place, keepDays, remove, found };
  out.write(values.json === true ? inJson(about) : inText(about));
}

/** Objects of a folder that are not here yet, for a move to another store. May be stopped and run again. */
async function copy(folder: string, to: ObjectStore, out: Out): Promise<void> {
  const from = createFolderStore(folder);
  let [copied, damaged] = [0, 0];
  for await (const { sha256 } of from.list()) {
    const stored = await to.put(fileIn(folder, sha256));
    if (stored.sha256 === sha256) copied += 1;
    else {
      damaged += 1;
      out.write(`${fileIn(folder, sha256)} is damaged: it was not copied under its name.\n`);
    }
  }
  if (copied + damaged === 0)
    throw new BadInput(`There are no objects in ${folder}, so nothing was copied.`, {
      next: 'Name the folder "artifacts" of a state folder.',
    });
  out.write(`${copied} objects of ${folder} are in ${to.place}.\n`);
}
