import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { commands } from '../commands/index.ts';
import type { Dispatch } from '../src/core/platform.ts';
import { createDispatch } from '../src/dispatch/index.ts';
import { FLIGHTS, openBenchHouse } from './container.ts';
import { quantile } from './numbers.ts';

export interface AutocompleteResult {
  /** Milliseconds from the key press to the choices. */
  p50: number;
  p99: number;
  max: number;
  presses: number;
  models: number;
  runs: number;
}

const QUIET = { info: () => {}, warn: () => {}, error: () => {} };
const FROM = { platform: 'discord', channel: 'C1' };
const BY = { platform: 'web', user: 'dev' };
const File = z.looseObject({ models: z.object({ flights: z.record(z.string(), z.unknown()) }) });

/**
 * The time to offer choices for an option while people type, with many models and runs in the registry: models,
 * versions, runs and parameters in turn, each with a few letters.
 */
export async function benchAutocomplete({ models = 100, runs = 1000, presses = 4000 } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'bench-autocomplete-'));
  const text = await readFile(join(FLIGHTS, 'wheelhouse.yaml'), 'utf8');
  const file = File.parse(parse(text));
  const names = Array.from({ length: models }, (_, n) => `model-${n}`);
  const many = Object.fromEntries(names.map((name) => [name, file.models.flights]));
  await writeFile(join(folder, 'wheelhouse.yaml'), stringify({ ...file, models: many }));
  const { container, close } = await openBenchHouse({ roles: [], workspace: folder });
  try {
    const world = container.world([]);
    for (let n = 0; n < runs; n += 1)
      await world.runs.create({
        ...{ id: `run-${n}`, kind: 'train', model: names[n % models] ?? '', parameters: {} },
        ...{ window: { from: new Date(0), to: new Date(1) }, versions: [], requestedBy: 'dev' },
      });
    const keep = async () => {};
    const { dispatch } = createDispatch(commands, world, {
      ...{
        log: QUIET,
        emoji: container.workspace.reactions,
        platforms: [],
        recount: async () => {},
        keep,
      },
    });
    const times = await typing(dispatch, names, presses);
    return {
      ...{ p50: quantile(times, 0.5), p99: quantile(times, 0.99), max: Math.max(...times) },
      ...{ presses, models, runs },
    };
  } finally {
    await close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function typing(dispatch: Dispatch, names: readonly string[], presses: number) {
  const times: number[] = [];
  for (let n = 0; n < presses; n += 1) {
    const model = names[(n * 7919) % names.length] ?? '';
    const [command, option, typed] = PRESSES(model)[n % PRESSES(model).length] ?? ['', '', ''];
    const filling = { command, given: { model }, by: BY, from: FROM };
    const began = performance.now();
    await dispatch.suggest(filling, option, typed);
    times.push(performance.now() - began);
  }
  return times;
}

const PRESSES = (model: string): [command: string, option: string, typed: string][] => [
  ['train', 'model', model.slice(0, -1)],
  ['promote', 'version', ''],
  ['logs', 'run', 'run-1'],
  ['train', 'parameters', 'trees=5 le'],
];
