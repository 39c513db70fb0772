import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { z } from 'zod';

const EXAMPLE = fileURLToPath(new URL('../../examples/flights/', import.meta.url));
const TSX = fileURLToPath(import.meta.resolve('tsx/esm'));

const Model = z.looseObject({ dataset: z.array(z.string()), train: z.array(z.string()) });
const Workspace = z.looseObject({
  traffic: z.array(z.string()),
  models: z.looseObject({ flights: Model, delay: Model, lateness: Model }),
});

const WEEKLY = {
  ...{ kind: 'drift', window_hours: 168, schedule: '*/3 * * * * *' },
  rule: 'fixed',
};

/**
 * The demo's workspace, except that all models have the monitor of `lateness`: a fixed rule, which detects the real
 * spring. With an error budget, one January is too short a reference for an alarm before the staged incident.
 */
export async function writeStoryWorkspace(folder: string): Promise<string> {
  const file = await readFile(join(EXAMPLE, 'wheelhouse.yaml'), 'utf8');
  const workspace = Workspace.parse(parse(file, { merge: true }));
  const models = Object.entries(workspace.models).map(([name, given]) => {
    // In the story people start all trainings; no policy interferes.
    const { data: _, retrain: __, ...model } = Model.parse(given);
    const important = name === 'flights' ? ['recent_lateness', 'distance'] : ['recent_lateness'];
    const programs = { dataset: elsewhere(model.dataset), train: elsewhere(model.train) };
    return [
      name,
      { ...model, ...programs, monitors: { drift: { ...WEEKLY, important } } },
    ] as const;
  });
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'wheelhouse.yaml'),
    stringify({
      ...workspace,
      traffic: elsewhere(workspace.traffic),
      models: Object.fromEntries(models),
    }),
  );
  return folder;
}

/** The same program, from any folder. */
const elsewhere = (words: readonly string[]) =>
  words.map((word) =>
    word === 'tsx/esm' ? TSX : word.endsWith('.ts') ? join(EXAMPLE, word) : word,
  );
