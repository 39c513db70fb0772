import { z } from 'zod';
import { train as trainJob } from '../jobs/declared/index.ts';
import { dataReach } from '../jobs/steps/data-reach.ts';
import { runSubject, trainingState } from '../src/cards/run.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { PROCESS } from '../src/core/engine.ts';
import { deriveId } from '../src/core/ids.ts';
import { live } from '../src/core/reply.ts';
import { dayOption, modelOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { readParameters } from '../src/training/parameters.ts';
import { trainingWindow } from '../src/training/windows.ts';
import { trainingForm } from './forms/training.ts';
import { submit, unqueueRun } from './steps/submit.ts';

type Parts = Needs<'models' | 'runs' | 'jobs' | 'profiles' | 'arrivals' | 'engines' | 'backlog'>;

export const train = defineCommand({
  name: 'train',
  summary: 'Train a new version of a model',
  role: 'operator',
  words: ['model'],
  options: {
    model: modelOption,
    from: dayOption('First day of the training data'),
    to: dayOption('Day after the last day'),
    on: option(z.string().trim().min(1, 'expected a word').optional(), 'Engine to run it on', {
      placeholder: 'ENGINE',
    }),
    parameters: option(z.record(z.string(), z.string()).default({}), 'Training parameters', {
      placeholder: 'NAME=VALUE …',
      pairs: true,
      suggests: 'parameter',
    }),
  },
  examples: [
    '/train flights',
    '/train flights trees=50 --from 2001-05-01 --to 2001-06-01',
    '/train flights --on process',
  ],

  async form(given, { models }: Parts, { from }) {
    return trainingForm(given, models, from);
  },

  async run({ model, from, to, on, parameters }, needs: Parts, { id, by }) {
    const spec = needs.models.get(model);
    const engine = needs.engines.get(on ?? spec.training.on ?? PROCESS);
    const values = readParameters(spec, parameters);
    const window = trainingWindow(spec, { from, to }, await dataReach(spec.name, needs));
    const run = await needs.runs.create({
      id: deriveId('run', id),
      kind: 'train',
      model: spec.name,
      parameters: values,
      window,
      versions: [],
      engine: engine.name,
      requestedBy: by.id,
    });
    await submit(
      () => needs.jobs.enqueue(trainJob, { run: run.id }),
      () => unqueueRun(run.id, needs.runs),
    );
    const ahead = await placeOf(run.id, needs);
    return live(runSubject(run), trainingState(run, undefined, ahead), spec.homes);
  },
});

/** It is queued already: without an answer, only its position is missing. */
async function placeOf(run: string, { backlog }: Needs<'backlog'>): Promise<number | undefined> {
  const order = await backlog.trainings().catch((): string[] => []);
  const at = order.indexOf(run);
  return at === -1 ? undefined : at;
}
