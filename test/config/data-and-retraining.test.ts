import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadWorkspace } from '../../config/workspace.ts';
import { inLine } from '../../src/core/pipeline-spec.ts';

const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-retrain-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const example = parse(await readFile('examples/flights/wheelhouse.yaml', 'utf8'));

/** The example with these keys for `flights`, or why it is refused. */
async function load(change: object) {
  const { flights } = example.models;
  const file = { ...example, traffic: undefined, models: { flights: { ...flights, ...change } } };
  await writeFile(
    join(folder, 'wheelhouse.yaml'),
    stringify(file, { aliasDuplicateObjects: false }),
  );
  return loadWorkspace(folder).then(({ models }) => models.get('flights'), String);
}

const HOUR_MS = 3_600_000;
const HOOK = { kind: 'hook', path: 'new', secret_env: 'A_SECRET' };

describe('config: data and retrain', () => {
  it('fills in defaults, and takes rules of a trigger before those of the policy', async () => {
    const loaded = await load({
      data: { monthly: { path: 'new/*.csv' }, store: { kind: 'program', run: ['sh', 'x.sh'] } },
      retrain: {
        ...{ owner: 'dev', cool_down_hours: 2, min_gain: 0.01 },
        on: {
          schedule: '0 3 * * 1',
          data: { rows: 5, result: 'nothing', min_gain: 0 },
          drift: true,
          probe: false,
        },
      },
    });
    expect(loaded).toMatchObject({
      data: [
        {
          ...{ name: 'monthly', kind: 'folder', schedule: '* * * * *' },
          rules: { minRows: 1, volumeRatio: 4, maxNulls: 0.5, maxPsi: 2 },
          settings: { path: 'new/*.csv' },
        },
        { name: 'store', kind: 'program', settings: { run: ['sh', 'x.sh'], timeout_minutes: 10 } },
      ],
      retrain: {
        ...{ owner: 'dev', to: 'production', budget: { trainings: 3 } },
        triggers: [
          { on: 'drift', coolDownMs: 2 * HOUR_MS, minGain: 0.01, result: 'propose' },
          { on: 'data', rows: 5, coolDownMs: 2 * HOUR_MS, minGain: 0, result: 'nothing' },
          { on: 'schedule', cron: '0 3 * * 1', minGain: 0.01 },
        ],
      },
    });
  });

  it('takes the steps of a pipeline in their order, whatever the one in the file', async () => {
    const steps = ['train', 'prepare', 'evaluate'];
    expect(await load({ pipeline: { steps, min_gain: 0.01 } })).toMatchObject({
      pipeline: {
        ...{ steps: inLine(['prepare', 'train', 'evaluate']), to: 'production' },
        ...{ minGain: 0.01, reuse: true },
      },
    });
    expect(await load({})).not.toHaveProperty('pipeline');
    // A map is a graph: the usual steps follow one another unless it says otherwise.
    const run = ['node', 'fair.mjs'];
    const fair = { run, after: 'train' };
    expect(
      await load({
        pipeline: {
          steps: {
            prepare: null,
            fair,
            train: null,
            evaluate: {},
            promote: { after: ['evaluate', 'fair'] },
          },
        },
      }),
    ).toMatchObject({
      pipeline: {
        steps: [
          ...inLine(['prepare', 'train', 'evaluate']),
          { name: 'fair', after: ['train'], program: { run, timeoutMinutes: 15 } },
          { name: 'promote', after: ['evaluate', 'fair'] },
        ],
      },
    });
  });

  it.each<[string, object, string]>([
    ['a step that is none', { pipeline: { steps: ['deploy'] } }, 'models.flights.pipeline.steps'],
    ['a key that is none', { pipeline: { reuses: true } }, 'reuses'],
    ['a step without what it needs', { pipeline: { steps: ['train'] } }, '"train" needs "prepare"'],
    ['a step twice', { pipeline: { steps: ['check', 'check'] } }, '"check" is written twice'],
    [
      'a circle',
      { pipeline: { steps: { a: { run: ['a'], after: 'b' }, b: { run: ['b'], after: 'a' } } } },
      'the steps go in a circle: a → b → a',
    ],
    [
      'a step after one that is none',
      { pipeline: { steps: { prepare: null, train: { after: 'prepar' } } } },
      'comes after "prepar", which is no step here. Did you mean "prepare"?',
    ],
    [
      'a step without a program',
      { pipeline: { steps: { evalute: {} } } },
      'unknown step "evalute".',
    ],
    [
      'a program for a usual step',
      { pipeline: { steps: { check: { run: ['x'] } } } },
      '"check" has no program of its own',
    ],
    [
      'a program that comes after nothing',
      { pipeline: { steps: { own: { run: ['x'] } } } },
      'say with "after"',
    ],
    [
      'a program after the promotion',
      {
        pipeline: {
          steps: {
            ...{ prepare: null, train: null, evaluate: null, promote: null },
            own: { run: ['x'], after: 'promote' },
          },
        },
      },
      '"own" cannot come after "promote"',
    ],
    ['a place that is none', { pipeline: { to: 'moon' } }, 'unknown environment "moon"'],
    ['an unknown kind', { data: { a: { kind: 'foldr', path: 'x' } } }, 'Did you mean "folder"'],
    ['a missing path', { data: { a: {} } }, 'data.a.path: it is missing'],
    ['an unknown key', { data: { a: { path: 'x', min_row: 3 } } }, 'Did you mean "min_rows"'],
    [
      'an invalid schedule',
      { data: { a: { path: 'x', schedule: 'daily' } } },
      'data.a.schedule: "daily" is not a cron expression',
    ],
    ['a secret in the file', { data: { a: { ...HOOK, secret_env: 'whsec_x' } } }, 'not the secret'],
    ['two hooks', { data: { a: HOOK, b: HOOK } }, 'data.b.kind: the model has a hook already: a'],
    [
      'an unknown owner',
      { retrain: { owner: 'nobody', on: { drift: true } } },
      'retrain.owner: there is no person "nobody"',
    ],
    [
      'an unknown environment',
      { retrain: { owner: 'dev', on: { drift: true }, to: 'nowhere' } },
      'retrain.to: unknown environment "nowhere"',
    ],
    ['no trigger', { retrain: { owner: 'dev', on: {} } }, 'expected at least one trigger'],
    ['no threshold', { retrain: { owner: 'dev', on: { data: {} } } }, 'expected rows or days'],
    [
      'an invalid time',
      { retrain: { owner: 'dev', on: { schedule: { cron: 'weekly' } } } },
      '"weekly" is not a cron expression',
    ],
  ])('refuses %s', async (_, change, words) => {
    expect(await load(change)).toContain(words);
  });
});
