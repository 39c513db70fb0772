import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { literal, withDatabase } from '../../examples/flights/database.ts';
import { DEFAULT_SAMPLE, flightsIn, type Label } from '../../examples/flights/flights.ts';
import { boost } from '../../examples/flights/trainer/boost.ts';
import { LOSSES } from '../../examples/flights/trainer/losses/index.ts';
import { predict } from '../../examples/flights/trainer/predict.ts';
import { type Column, readTable, type Table } from '../../examples/flights/trainer/table.ts';
import type { Measurement } from '../../src/core/monitor.ts';
import type { Task } from '../../src/core/task.ts';
import type { Answering } from '../../src/monitoring/answers.ts';
import { expectedError } from '../../src/monitoring/estimate/difficulty.ts';
import {
  buildEvaluatedRows,
  readEvaluatedRows,
} from '../../src/monitoring/estimate/evaluated-rows.ts';
import { estimateMetrics, probabilitiesOf } from '../../src/monitoring/estimate/expected.ts';
import { estimateWeighted } from '../../src/monitoring/estimate/weighted.ts';
import { estimated } from '../../src/monitoring/kinds/estimated/index.ts';
import { judge as judgeEstimated } from '../../src/monitoring/kinds/estimated/judge.ts';
import { measuredBy } from '../../src/monitoring/kinds/estimated/measure.ts';
import { Settings as EstimatedSettings } from '../../src/monitoring/kinds/estimated/settings.ts';
import { performance } from '../../src/monitoring/kinds/performance/index.ts';
import { judge } from '../../src/monitoring/kinds/performance/judge.ts';
import { measureLabelled } from '../../src/monitoring/kinds/performance/measure.ts';
import { Settings } from '../../src/monitoring/kinds/performance/settings.ts';
import { profileOf } from '../../src/monitoring/profile/profile.ts';
import {
  answerColumns,
  buildReference,
  readReference,
} from '../../src/monitoring/profile/reference.ts';
import { momentsOf } from '../../src/monitoring/shift/moments.ts';
import { estimatePrevalence } from '../../src/monitoring/shift/prevalence.ts';
import { binary } from '../../src/tasks/binary/index.ts';
import { multiclass } from '../../src/tasks/multiclass/index.ts';
import { regression } from '../../src/tasks/regression/index.ts';

/*
 * `npm run watch:performance`: the models of the demo, trained on January and evaluated on two weeks of February,
 * watched over the flights of the months after, day by day and week by week. Prints the table of
 * docs/monitor-performance.md: a row is a model and a length of windows, with the watched metric at the evaluation and
 * its range, the alarms of `performance` and of `estimated`, and the mean error of the estimate, also with weighted rows, beside
 * that of a guess that nothing changes. Takes a minute of processor time.
 */
const FEATURES = {
  ...({ hour: 'number', weekday: 'number', distance: 'number' } as const),
  ...({ origin: 'category', destination: 'category', recent_lateness: 'number' } as const),
};
const FIRST = Date.parse('2001-01-01T00:00:00Z');
const DAY_MS = 86_400_000;
const CLASSES = ['early', 'on time', 'late'];
const SMALL = { trees: 40, leaves: 15, learningRate: 0.15, seed: 1 };

/** Days since the first of January. */
const [TRAINED, EVALUATED, LAST] = [31, 45, 181];

interface Model {
  label: Label;
  loss: keyof typeof LOSSES;
  task: Task;
  classes: readonly string[];
  settings: typeof SMALL;
  /** The watched metric. */
  metric: string;
}

const MODELS: Record<string, Model> = {
  flights: {
    ...{ label: 'late', loss: 'logistic', task: binary, classes: [], metric: 'brier' },
    settings: { trees: 100, leaves: 31, learningRate: 0.1, seed: 1 },
  },
  delay: {
    label: 'delay',
    loss: 'squared',
    task: regression,
    classes: [],
    metric: 'mae',
    settings: SMALL,
  },
  lateness: {
    ...{
      label: 'lateness',
      loss: 'softmax',
      task: multiclass,
      classes: CLASSES,
      metric: 'accuracy',
    },
    settings: SMALL,
  },
};

/** Rows of some days: each has as many. */
function part({ target, columns }: Table, from: number, to: number) {
  const [start, end] = [from * DEFAULT_SAMPLE, to * DEFAULT_SAMPLE];
  const cut = columns.map(
    (column): Column =>
      column.kind === 'number'
        ? { ...column, values: column.values.subarray(start, end) }
        : { ...column, values: column.values.slice(start, end) },
  );
  return {
    rows: end - start,
    target: { ...target, values: target.values.subarray(start, end) },
    columns: cut,
  };
}

const valuesOf = (columns: readonly Column[]) =>
  Object.fromEntries(
    columns.map(({ name, values }) => [name, Array.from<number | string | null>(values)]),
  );

async function watch(
  name: string,
  dir: string,
  { label, loss, task, classes, settings, metric }: Model,
) {
  const file = join(dir, `${name}.parquet`);
  const window = { from: new Date(FIRST), to: new Date(FIRST + LAST * DAY_MS) };
  const rows = flightsIn(window, DEFAULT_SAMPLE, label);
  await withDatabase((db) => db.run(`COPY (${rows}) TO ${literal(file)} (FORMAT parquet)`));
  const table = await readTable(file, FEATURES, LOSSES[loss], classes);
  if (table.rows !== LAST * DEFAULT_SAMPLE) throw new Error(`${table.rows} flights of ${name}`);
  const training = part(table, 0, TRAINED);
  const model = boost(training, LOSSES[loss], settings);
  const answersOf = (columns: Column[]) => {
    const answers = predict(model, columns);
    const count = answers[0]?.length ?? 0;
    return Float64Array.from(
      { length: count * answers.length },
      (_, at) => answers[at % answers.length]?.[Math.floor(at / answers.length)] ?? Number.NaN,
    );
  };
  const held = part(table, TRAINED, EVALUATED);
  const answers = answersOf(held.columns);
  const labels = held.target.values;
  const reference = readReference(
    buildReference(
      { features: FEATURES, task, classes },
      { labels: training.target.values, features: valuesOf(training.columns) },
      answers,
      { labels, features: valuesOf(held.columns) },
    ),
  );
  const metrics = Object.entries(task.measure({ labels, answers, classes }));
  const answering: Answering = {
    ...{ task, classes, endpoint: { model: name, environment: 'production' } },
    asked: { model: name, environment: 'production', version: 1, answer: 'score', width: 1 },
    evaluation: {
      ...{ version: `${name}@1`, reference: '', at: new Date(0) },
      metrics: Object.fromEntries(metrics.map(([key, value]) => [key, value ?? Number.NaN])),
      dataset: { window: { from: new Date(0), to: new Date(1) }, sha256: '', rows: held.rows },
    },
  };
  const { estimator } = reference;
  if (!estimator) throw new Error('nothing was fitted');
  const kept = buildEvaluatedRows(
    { task, classes },
    reference,
    { labels, features: valuesOf(held.columns) },
    answers,
  );
  const evaluated = kept && readEvaluatedRows(kept);
  /** By PAPE; nothing for a regression. */
  const weighted = (columns: Column[], given: Float64Array) => {
    if (!evaluated) return undefined;
    const values = { ...valuesOf(columns), ...answerColumns({ task, classes }, given) };
    const profiles = Object.entries({ ...reference.features, ...reference.answers }).map(
      ([key, { spec }]) => [key, profileOf(spec, values[key] ?? [])] as const,
    );
    return estimateWeighted(answering, evaluated, estimator, {
      ...{ answers: given, profiles: Object.fromEntries(profiles) },
    });
  };
  const estimate = (columns: Column[], given: Float64Array) => {
    if (estimator.kind === 'calibrated')
      return estimateMetrics(answering, given, probabilitiesOf(estimator.curves, given));
    const values: Record<string, (number | string | null)[]> = {
      ...{ ...valuesOf(columns), value: [...given] },
    };
    const profiles = Object.entries({ ...reference.features, ...reference.answers }).map(
      ([key, { spec }]) => [key, profileOf(spec, values[key] ?? [])] as const,
    );
    const found = expectedError(estimator.difficulty, Object.fromEntries(profiles));
    return found ? { mae: found.estimate } : {};
  };

  for (const days of [1, 7]) {
    const common = { window_hours: 24 * days };
    const watched = { name, ...performance.schema.parse({ kind: 'performance', ...common }) };
    const guessed = { name, ...estimated.schema.parse({ kind: 'estimated', ...common }) };
    const monitor = { ...watched, settings: Settings.parse(watched.settings) };
    const other = { ...guessed, settings: EstimatedSettings.parse(guessed.settings) };
    const seen: Measurement<ReturnType<typeof measureLabelled>>[] = [];
    const told: Measurement<ReturnType<typeof measuredBy>>[] = [];
    const alarms: string[] = [];
    const harms: string[] = [];
    const misses: number[] = [];
    const weightedMisses: number[] = [];
    let refused = 0;
    const mix = { estimate: [] as number[], still: [] as number[], condition: 0 };
    const realised: number[] = [];
    for (let from = EVALUATED; from + days <= LAST; from += days) {
      const some = part(table, from, from + days);
      const given = answersOf(some.columns);
      const at = {
        from: new Date(FIRST + from * DAY_MS),
        to: new Date(FIRST + (from + days) * DAY_MS),
      };
      const named = (list: readonly string[]) => (one: number) => list[one] ?? '';
      const measured = measureLabelled(
        {
          ...{ predictions: some.rows, rows: some.rows, answers: given, features: {} },
          labels:
            classes.length > 0
              ? Array.from(some.target.values, named(some.target.classes))
              : [...some.target.values],
        },
        answering,
        monitor,
        FEATURES,
      );
      const latest = { window: at, measured };
      const verdict = judge(latest, seen.slice(-50), monitor);
      seen.push(latest);
      if (verdict.status === 'alert') alarms.push(at.from.toISOString().slice(0, 10));
      const guess = measuredBy(
        { rows: some.rows, estimates: estimate(some.columns, given) },
        estimator,
        answering,
        other,
      );
      const next = { window: at, measured: guess };
      if (judgeEstimated(next, told.slice(-50), other).status === 'alert')
        harms.push(at.from.toISOString().slice(0, 10));
      told.push(next);
      const real = measured.metrics.find((one) => one.name === metric)?.value ?? Number.NaN;
      realised.push(real);
      const { answersByLabel } = reference;
      if (answersByLabel) {
        const width = Math.max(1, classes.length);
        const found = estimatePrevalence(answersByLabel, momentsOf(given, width), 25);
        mix.condition = found.condition;
        for (const [label, share] of (found.shares ?? []).entries()) {
          const real = some.target.values.filter((one) => one === label).length / some.rows;
          mix.estimate.push(Math.abs(share.estimated - real));
          mix.still.push(Math.abs(share.evaluated - real));
        }
      }
      const byShift = weighted(some.columns, given);
      const shifted = byShift?.estimates[metric]?.value;
      if (shifted !== undefined) weightedMisses.push(Math.abs(shifted - real));
      else if (byShift) refused += 1;
      misses.push(Math.abs((guess.watched?.value ?? Number.NaN) - real));
    }
    const mean = (list: readonly number[]) => list.reduce((sum, one) => sum + one, 0) / list.length;
    const at = answering.evaluation.metrics[metric] ?? Number.NaN;
    const still = mean(realised.map((one) => Math.abs(one - at)));
    const cells = [
      ...[name, days === 1 ? 'day' : 'week', metric, at.toFixed(4)],
      `${Math.min(...realised).toFixed(4)} to ${Math.max(...realised).toFixed(4)}`,
      ...[alarms.length > 0 ? `${alarms.length}: first ${alarms[0]}` : 'none'],
      ...[harms.length > 0 ? `${harms.length}: first ${harms[0]}` : 'none'],
      mean(misses).toFixed(4),
      weightedMisses.length > 0
        ? `${mean(weightedMisses).toFixed(4)}${refused > 0 ? ` (${refused} refused)` : ''}`
        : '–',
      still.toFixed(4),
    ];
    process.stdout.write(`| ${cells.join(' | ')} |\n`);
    if (mix.condition > 0)
      process.stdout.write(
        mix.estimate.length > 0
          ? `  prevalence: condition ${mix.condition.toFixed(1)}, mean error ${mean(mix.estimate).toFixed(4)}, of no change ${mean(mix.still).toFixed(4)}\n`
          : `  prevalence: condition ${mix.condition.toFixed(1)}, refused\n`,
      );
  }
}

const dir = await mkdtemp(join(tmpdir(), 'flights-performance-'));
for (const [name, model] of Object.entries(MODELS)) await watch(name, dir, model);
await rm(dir, { recursive: true });
