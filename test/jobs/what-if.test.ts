import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whatIf } from '../../jobs/what-if.ts';
import type { Run } from '../../src/core/ports/runs.ts';
import type { Version } from '../../src/core/ports/versions.ts';
import { openLog } from '../serving/rows.ts';
import { tinyModel } from '../serving/tiny-model.ts';
import { openHarness } from './harness.ts';

const harness = await openHarness();
afterAll(() => harness.end());
const { artifacts, versions, runs, scorer, spec } = harness;

const ROWS = 400;
const START = Date.parse('2001-03-01T00:00:00Z');
const WEEK = { from: new Date('2001-03-01'), to: new Date('2001-04-01') };
const signal = new AbortController().signal;

/** Whether a flight is late depends only on its distance. */
const distance = Array.from({ length: ROWS }, (_, row) => (row * 7919) % 2000);
const carrier = distance.map((_, row) => (row % 4 === 0 ? 'UA' : 'AA'));
const late = distance.map((far) => Number(far > 1000));

const registered = async (run: string, carrierWeight: number): Promise<Version> => {
  const artifact = await artifacts.putBytes(
    tinyModel({
      weights: { distance: 0.003 },
      categories: { carrier: { AA: carrierWeight, UA: -carrierWeight } },
      bias: -3,
    }),
  );
  const window = { from: new Date('2001-01-01'), to: new Date('2001-02-01') };
  return versions.register({
    ...{ model: 'flights', run, artifact, parameters: {}, runtime: {}, reported: {} },
    dataset: { window, sha256: 'd', rows: 1 },
    ...{ code: { revision: 'r', dirty: false }, createdBy: 'dev', task: 'binary' },
  });
};

let good: Version;
let biased: Version;
beforeAll(async () => {
  good = await registered('run-good', 0);
  biased = await registered('run-biased', 1.5);
  const columns = { labels: new Float64Array(ROWS), features: { distance, carrier } };
  const answers = await scorer.score(biased.artifact.sha256, columns, spec, {
    ...{ name: 'flights v2', signal },
  });
  const log = openLog(join(harness.root, 'predictions'));
  log.predictions({
    ...{ model: 'flights', environment: 'production', version: biased.number, rows: ROWS },
    ...{ keys: ['"distance":', '"carrier":'], columns: [distance, carrier] },
    ids: distance.map((_, row) => `a${row}`),
    times: distance.map((_, row) => new Date(START + row * 60_000).toISOString()),
    ...{ fields: spec.task.answer.fields, classes: [], answers },
  });
  const labelled = log.labels(
    { model: 'flights', environment: 'production' },
    late.map((label, row) => ({
      ...{ id: `a${row}`, model: 'flights', label },
      received: new Date(START + 1e9).toISOString(),
    })),
  );
  await log.close();
  await labelled;
});

async function asked(version: Version, change: Partial<Run> = {}): Promise<Run> {
  const run = await harness.newRun({
    ...{ kind: 'what-if', parameters: {}, versions: [version.number], window: WEEK },
    ...change,
  });
  await harness.perform(whatIf, { run: run.id });
  return runs.get(run.id);
}

describe('jobs/what-if', () => {
  it('gives what was served again, bit for bit, by the version that served it', async () => {
    const run = await asked(biased);
    expect(run).toMatchObject({
      status: 'succeeded',
      result: { whatIf: { rows: 0, skipped: 0, same: { rows: ROWS, different: 0 } } },
    });
    expect((await harness.shown(`run:${run.id}`))?.text).toContain(
      'It answered 400 requests itself, and gives the same answers again, bit for bit.',
    );
  });

  it('counts the decisions that would have been others, where, and which were better', async () => {
    const run = await asked(good);
    expect(run).toMatchObject({
      status: 'succeeded',
      result: { whatIf: { rows: ROWS, same: { rows: 0, different: 0 } } },
    });
    const card = await harness.shown(`run:${run.id}`);
    expect(card?.title).toBe('What if flights v1 had answered');
    expect(card?.text).toMatch(
      /^\d+ of 400 decisions would have been different \(\d+\.\d%\)\.\nOn the 400 of them with labels that it was not trained on, it is better than what was served\.$/,
    );
    expect(card?.table?.columns).toEqual([
      ...['Metric', 'Served', 'Version', 'Difference (95% interval)', 'p'],
    ]);
    expect(card?.table?.rows.find(([name]) => name === 'Accuracy')?.[2]).toBe('1.000');
  });

  it('judges nothing by rows that the version was trained on', async () => {
    const trained = { ...good, dataset: { ...good.dataset, window: WEEK } };
    const run = await harness.newRun({
      ...{ kind: 'what-if', parameters: {}, versions: [good.number], window: WEEK },
    });
    const seen = { ...versions, resolve: async () => trained };
    await harness.perform(whatIf, { run: run.id }, { versions: seen });
    const card = await harness.shown(`run:${run.id}`);
    expect(card?.text).toContain('Too few of them have labels');
    expect(card?.table?.rows.map(([slice]) => slice)).toEqual(
      expect.arrayContaining(['carrier = UA', 'carrier = AA']),
    );
  });

  it('says so if nothing was asked in that time', async () => {
    const empty = { from: new Date('2001-05-01'), to: new Date('2001-06-01') };
    const run = await asked(good, { window: empty });
    expect(run.status).toBe('failed');
    expect((await harness.shown(`run:${run.id}`))?.text).toContain(
      'No requests to flights are logged in that time.',
    );
  });

  it('asks all parts of the log in one process, and ends it whatever happens', async () => {
    const { predictions } = harness;
    const ended: string[] = [];
    const counting: typeof scorer = {
      ...scorer,
      async open(...given) {
        const model = await scorer.open(...given);
        return {
          ...model,
          close() {
            ended.push(given[2].name);
            model.close();
          },
        };
      },
    };
    const twice = (fault?: Error): Pick<typeof predictions, 'requests'> => ({
      async *requests(...given) {
        yield* predictions.requests(...given);
        if (fault) throw fault;
        yield* predictions.requests(...given);
      },
    });
    const ask = async (requests: Pick<typeof predictions, 'requests'>) => {
      const run = await harness.newRun({
        ...{ kind: 'what-if', parameters: {}, versions: [good.number], window: WEEK },
      });
      const changed = { scorer: counting, predictions: { ...predictions, ...requests } };
      await harness.perform(whatIf, { run: run.id }, changed);
      return runs.get(run.id);
    };
    expect(await ask(twice())).toMatchObject({ result: { whatIf: { rows: 2 * ROWS } } });
    expect(ended).toEqual([`flights v${good.number}`]);
    expect((await ask(twice(new Error('the disk is gone')))).status).toBe('failed');
    expect(ended).toHaveLength(2);
  });
});
