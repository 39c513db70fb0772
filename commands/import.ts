import { z } from 'zod';
import { train as trainJob } from '../jobs/declared/index.ts';
import { dataReach } from '../jobs/steps/data-reach.ts';
import { runSubject, trainingState } from '../src/cards/run.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { Refused } from '../src/core/errors.ts';
import { deriveId } from '../src/core/ids.ts';
import { live } from '../src/core/reply.ts';
import { dayOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { trainingWindow } from '../src/training/windows.ts';
import { submit, unqueueRun } from './steps/submit.ts';

type Parts = Needs<'models' | 'runs' | 'jobs' | 'profiles' | 'arrivals' | 'tracking'>;

/** As MLflow has it: `flights/3`, `flights@champion`, or either after `models:/`. */
const REFERENCE = /^(?:models:\/)?([^\s/:@"'%]{1,200})(?:\/\d{1,9}|@[^\s/:@"'%]{1,200})$/;

/** A run whose model is not trained but fetched: everything after that is as for a training. */
export const importModel = defineCommand({
  name: 'import',
  summary: 'Import a model version from MLflow',
  role: 'operator',
  agents: 'refuse',
  words: ['source', 'reference'],
  options: {
    source: option(z.literal('mlflow', 'expected mlflow'), 'Where it comes from', {
      placeholder: 'mlflow',
      choices: ['mlflow'],
    }),
    reference: option(
      z.string('expected a word').trim().regex(REFERENCE, 'expected MODEL/VERSION or MODEL@ALIAS'),
      'Model version as MLflow names it',
      { placeholder: 'MODEL/VERSION' },
    ),
    into: option(
      z.string().trim().min(1, 'expected a word').optional(),
      'Model here; default: the one of the same name',
      { placeholder: 'MODEL', suggests: 'model' },
    ),
    from: dayOption('First day of the data it was trained on'),
    to: dayOption('Day after the last day'),
  },
  examples: [
    '/import mlflow flights/3',
    '/import mlflow flights@champion --from 2001-01-01 --to 2001-02-01',
    '/import mlflow delays/12 --into flights',
  ],

  async run({ reference, into, from, to }, needs: Parts, { id, by }) {
    const { models, tracking, runs, jobs } = needs;
    const [, name = ''] = REFERENCE.exec(reference) ?? [];
    const spec = models.get(into ?? name);
    if (tracking.server === undefined)
      throw new Refused('No tracking server is configured, so nothing was imported.', {
        next: 'Add mlflow: {url: …} to wheelhouse.yaml: docs/mlflow.md.',
      });
    const run = await runs.create({
      ...{ id: deriveId('run', id), kind: 'train', model: spec.name, versions: [] },
      parameters: {},
      window: trainingWindow(spec, { from, to }, await dataReach(spec.name, needs)),
      imports: { from: 'mlflow', reference },
      requestedBy: by.id,
    });
    await submit(
      () => jobs.enqueue(trainJob, { run: run.id }),
      () => unqueueRun(run.id, runs),
    );
    return live(runSubject(run), trainingState(run), spec.homes);
  },
});
