import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadWorkspace } from '../../../config/workspace.ts';
import { Unusable } from '../../../examples/flights/program.ts';
import { boost } from '../../../examples/flights/trainer/boost.ts';
import { LOSSES } from '../../../examples/flights/trainer/losses/index.ts';
import { toOnnx } from '../../../examples/flights/trainer/onnx.ts';
import { readTable } from '../../../examples/flights/trainer/table.ts';
import { differencesOf } from '../../../src/evaluation/agreement.ts';
import { readTrainerPredictions } from '../../../src/serving/trainer-predictions.ts';
import { WHOLE } from '../../sweep.ts';
import { served } from './served.ts';
import {
  dataOf,
  ended,
  FEATURES,
  FEBRUARY,
  flights,
  folder,
  JANUARY,
  run,
  startRun,
} from './workspace.ts';

const column = (name: string) =>
  `${name === 'origin' || name === 'destination' ? "'ATL'" : 'random()'} AS ${name}`;
const features = Object.keys(FEATURES).map(column).join(', ');

// Separate processes: on a busy machine each takes seconds to start.
describe('examples/flights/train', () => {
  let january: string;
  let february: string;
  beforeAll(async () => {
    january = await dataOf(flights(JANUARY, 'late'));
    february = await dataOf(flights(FEBRUARY, 'late'));
  });

  it('predicts the first half of February from January', async () => {
    const trained = await run('train', january, WHOLE ? {} : { parameters: { trees: 30 } });
    expect(trained).toMatchObject({ code: 0, stderr: '' });
    expect(trained.reports.at(-1)).toEqual({ artifact: 'model', path: 'model.onnx' });
    expect(trained.reports).toContainEqual({ metric: 'train_rows', value: 40_300 });
    const progress = trained.reports.flatMap((line) => line['progress'] ?? []);
    expect(progress.at(-1)).toBe(1);
    expect(progress.length).toBeGreaterThan(10);

    const table = await readTable(join(february, 'data.parquet'), FEATURES, LOSSES.logistic);
    const model = await readFile(join(january, 'model.onnx'));
    const scores = (await served(model, table.columns)).columns('score');
    expect(LOSSES.logistic.metrics(scores, table.target)['auc']).toBeGreaterThan(0.68);

    // Its own predictions equal those of the file for the training rows.
    const { task } = (await loadWorkspace('examples/flights')).models.get('flights');
    const own = await readTrainerPredictions(
      ...[join(january, 'predictions.parquet'), { task }, 40_300],
    );
    const rows = await readTable(join(january, 'data.parquet'), FEATURES, LOSSES.logistic);
    const [score = []] = (await served(model, rows.columns)).columns('score');
    expect(differencesOf(own.answers, Float64Array.from(score), 1).at(-1)).toBeLessThan(1e-6);
  });

  it('writes the trainer’s model for the given loss and parameters', async () => {
    const dir = await folder();
    const data = join(february, 'data.parquet');
    const parameters = { seed: 1, trees: 5 };
    const trained = await run('train', dir, { argument: 'squared', data, parameters });
    expect(trained).toMatchObject({ code: 0, stderr: '' });
    expect(trained.reports).toContainEqual({ metric: 'train_rmse', value: expect.any(Number) });

    const { squared } = LOSSES;
    const settings = { ...parameters, leaves: 31, learningRate: 0.1 };
    const again = toOnnx(boost(await readTable(data, FEATURES, squared), squared, settings));
    expect((await readFile(join(dir, 'model.onnx'))).equals(again)).toBe(true);
  });

  it('stops at once on SIGTERM and leaves no model behind', async () => {
    const dir = await folder();
    const data = join(january, 'data.parquet');
    const child = await startRun('train', dir, { data, parameters: { trees: 500, leaves: 255 } });
    child.stdout.once('data', () => child.kill('SIGTERM'));
    expect(await ended(child)).toMatchObject({ code: null, signal: 'SIGTERM' });
    await expect(readFile(join(dir, 'model.onnx'))).rejects.toThrow('ENOENT');
  });

  it('names the missing file', async () => {
    const path = join(await folder(), 'data.parquet');
    const refusal = await readTable(path, FEATURES, LOSSES.logistic).catch(String);
    expect(refusal).toMatch(/^Unusable: reading .*data\.parquet: [^\n]*$/);
  });

  it.each([
    ['a missing column', 'SELECT 1 AS label, 2 AS hour FROM range(500)', /no column weekday, /],
    [
      'a label of 2',
      `SELECT range % 3 AS label, ${features} FROM range(500)`,
      /label of row 3 is 2/,
    ],
    ['one class', `SELECT 1 AS label, ${features} FROM range(500)`, /every label is 1/],
    [
      'too few rows',
      `SELECT range % 2 AS label, ${features} FROM range(99)`,
      /99 rows, at least 100/,
    ],
    [
      'text for a number',
      `SELECT range % 2 AS label, ${features.replace('random() AS hour', "'noon' AS hour")} FROM range(500)`,
      /'noon'/,
    ],
  ])('does not read %s', async (_, rows, line) => {
    const path = join(await dataOf(rows), 'data.parquet');
    const refusal = await readTable(path, FEATURES, LOSSES.logistic).catch(
      (error: unknown) => error,
    );
    expect(refusal).toBeInstanceOf(Unusable);
    expect(String(refusal)).toMatch(line);
    expect(String(refusal)).not.toContain('\n');
  });

  it('ends with code 1 and one line on data that it cannot use', async () => {
    const dir = await dataOf(`SELECT 1 AS label, ${features} FROM range(500)`);
    const refused = await run('train', dir);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^reading [^\n]*: every label is 1; widen the window\n$/);
    expect(refused.reports).not.toContainEqual(expect.objectContaining({ artifact: 'model' }));
  });

  it('refuses parameters outside their bounds, all at once', async () => {
    const dir = await folder();
    const refused = await run('train', dir, { parameters: { trees: 501, learning_rate: 2 } });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^reading the parameters: trees: .*; learning_rate: .*\n$/);
  });
});
