import { expect, it } from 'vitest';
import { judgeWindow, measureDrift } from '../../../../src/monitoring/kinds/drift/judge-drift.ts';
import { DEFAULTS } from '../../../../src/monitoring/kinds/drift/options.ts';
import { profileOf } from '../../../../src/monitoring/profile/profile.ts';
import { buildReference, readReference } from '../../../../src/monitoring/profile/reference.ts';
import { taskNamed } from '../../../../src/tasks/index.ts';

const CLASSES = ['early', 'on time', 'late'];

const numbers = (rows: number, from: number, to: number) =>
  Float64Array.from(
    { length: rows },
    (_, at) => from + (((at * 7919) % rows) * (to - from)) / rows,
  );

/**
 * Probabilities of which this percentage is highest for "late"; the others alternate between the other two classes.
 */
const classes = (rows: number, late: number) =>
  Float64Array.from({ length: rows }, (_, row) => row).reduce(
    (all, row) => {
      const best = (row * 37) % 100 < late ? 2 : row % 2;
      for (let at = 0; at < 3; at += 1) all[row * 3 + at] = at === best ? 0.6 : 0.2;
      return all;
    },
    new Float64Array(rows * 3),
  );

/** The features of every row are unchanged. */
function judged(task: string, before: Float64Array, now: Float64Array) {
  const spec = {
    features: { distance: 'number' as const },
    task: taskNamed(task),
    classes: CLASSES,
  };
  const distance = Array.from(numbers(1000, 0, 2000));
  const training = { labels: new Float64Array(1000), features: { distance } };
  const reference = readReference(buildReference(spec, training, before));
  const [field] = spec.task.answer.fields.filter(({ profiled }) => profiled);
  const profile = field && reference.answers[field.name];
  const feature = reference.features['distance'];
  if (!field || !profile || !feature) throw new Error(`${task} has no answer that is watched`);
  const rows = now.length / spec.task.answer.width(CLASSES);
  const answers = Array.from({ length: rows }, (_, row) => field.of(now, row, CLASSES));
  const window = {
    distance: profileOf(feature.spec, distance.slice(0, rows)),
    [field.name]: profileOf(profile.spec, answers),
  };
  const columns = { ...reference.features, ...reference.answers };
  return judgeWindow(measureDrift(columns, window, Object.keys(reference.answers)), DEFAULTS);
}

it.each([
  ['binary', 'score', numbers(1000, 0, 0.6), numbers(400, 0, 0.6), numbers(400, 0.3, 0.9)],
  ['regression', 'value', numbers(1000, -20, 60), numbers(400, -20, 60), numbers(400, 10, 90)],
  ['multiclass', 'class', classes(1000, 20), classes(400, 20), classes(400, 70)],
])('tells drift of the answer of a %s model from drift of its features', (task, name, ...given) => {
  const [before, quiet, moved] = given;
  expect(judged(task, before, quiet)).toMatchObject({ status: 'ok', predictionDrift: false });
  expect(judged(task, before, moved)).toMatchObject({
    status: 'alert',
    predictionDrift: true,
    predictions: [{ name, drifted: true }],
    datasetDrift: false,
    features: [{ name: 'distance', drifted: false }],
  });
});
