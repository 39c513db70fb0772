import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { readSettings } from '../../../config/settings.ts';
import { loadWorkspace } from '../../../config/workspace.ts';
import { BadInput, Refused } from '../../core/errors.ts';
import { parseWords } from '../../core/parse-words.ts';
import { openObjects } from '../objects.ts';
import { withRegistry } from '../store.ts';
import { collectBundle, fileIn } from './collect.ts';

const USAGE = 'npx wheelhouse evidence MODEL VERSION [--in ENV] [--out DIR] [--json]';

/** `evidence MODEL VERSION`: writes everything that proves why that version was let into service to a new folder. */
export async function runEvidence(
  words: readonly string[],
  out: { write(text: string): unknown },
): Promise<void> {
  const options = {
    in: { type: 'string' },
    out: { type: 'string' },
    json: { type: 'boolean' },
  } as const;
  const config = { args: [...words], options, allowPositionals: true } as const;
  const { values, positionals } = parseWords(config, USAGE);
  const [model, number = '', ...more] = positionals;
  const version = Number(/^v?(\d{1,9})$/.exec(number)?.[1] ?? 0);
  if (model === undefined || version < 1 || more.length > 0)
    throw new BadInput('"evidence" takes a model and the number of a version.', {
      next: `Usage: ${USAGE}`,
    });
  const settings = readSettings();
  const workspace = await loadWorkspace(settings.workspace);
  const environment = values.in ?? workspace.environments.first;
  const { artifacts } = await openObjects(settings, workspace);
  const files = await withRegistry(settings, (registry) =>
    collectBundle(
      { model, version, environment },
      {
        registry,
        artifacts,
        keys: join(settings.home, 'keys'),
      },
    ),
  );
  const folder = resolve(values.out ?? `evidence-${model}-v${version}-${environment}`);
  await mkdir(dirname(folder), { recursive: true });
  await mkdir(folder).catch((cause: unknown) => {
    throw new Refused(`${folder} cannot be created, or is there already. Nothing was written.`, {
      next: 'Choose another folder with --out.',
      cause,
    });
  });
  for (const [name, bytes] of files) {
    const file = fileIn(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
  out.write(
    values.json === true
      ? `${JSON.stringify({ bundle: folder })}\n`
      : `Wrote ${files.size} files to ${folder}.\nCheck it anywhere: npx wheelhouse verify ${folder}\n`,
  );
}
