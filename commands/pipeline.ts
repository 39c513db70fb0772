import { z } from 'zod';
import { dataReach } from '../jobs/steps/data-reach.ts';
import {
  endUnqueued,
  pipelineFrom,
  type RestartParts,
  restartPipeline,
} from '../jobs/steps/pipeline/restart.ts';
import { runNow } from '../jobs/steps/pipeline/show.ts';
import { startPipeline } from '../jobs/steps/pipeline/start.ts';
import { noPipelineCard, pipelineState, pipelineSubject } from '../src/cards/pipeline.ts';
import type { Asking } from '../src/core/command.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { BadInput, NotFound } from '../src/core/errors.ts';
import { deriveId } from '../src/core/ids.ts';
import type { ModelSpec } from '../src/core/model.ts';
import type { Pipeline } from '../src/core/pipeline.ts';
import { PIPELINE_STEPS, usualPipeline } from '../src/core/pipeline-spec.ts';
import { answer, live, type Reply } from '../src/core/reply.ts';
import { modelOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { trainingWindow } from '../src/training/windows.ts';
import { demandChange } from './steps/demand-change.ts';
import { NOT_QUEUED, submit } from './steps/submit.ts';

type Parts = RestartParts &
  Needs<'models' | 'environments' | 'profiles' | 'arrivals' | 'freezes' | 'clock'>;

const RESTARTED = PIPELINE_STEPS.filter((step) => step !== 'rollout');

export const pipeline = defineCommand({
  name: 'pipeline',
  summary: 'Show how far a model is from new data to its rollout; run it, or restart a failed step',
  role: 'viewer',
  agents: ({ run, restart }) => (run || restart !== undefined ? 'propose' : 'answer'),
  words: ['model'],
  options: {
    model: modelOption,
    run: option(z.boolean('takes no value').default(false), 'Run all of its steps', {
      ...{ flag: true, verb: true },
    }),
    restart: option(
      z
        .string()
        .trim()
        .regex(
          /^(?!rollout$)[a-z][a-z0-9_-]{0,30}$/,
          `expected a step such as ${RESTARTED.join(', ')}`,
        )
        .optional(),
      'Restart one that ended, from this step',
      { placeholder: 'STEP', choices: RESTARTED },
    ),
    id: option(z.string().trim().min(1).optional(), 'Which one; default: the newest', {
      placeholder: 'PIPELINE',
    }),
  },
  examples: ['/pipeline flights', '/pipeline run flights', '/pipeline flights --restart train'],

  async run({ model, run, restart, id }, needs: Parts, asking) {
    const spec = needs.models.get(model);
    if (run && (restart !== undefined || id !== undefined))
      throw new BadInput('A new run has no step to restart from, and no ID yet.', {
        next: `Use /pipeline run ${spec.name}, or /pipeline ${spec.name} --restart STEP.`,
      });
    if (run) return begin(spec, needs, asking);
    const shown = await newest(spec.name, id, needs);
    if (!shown) {
      const steps = pipelineOf(spec, needs).steps.map(({ name }) => name);
      if (restart === undefined)
        return answer(noPipelineCard(spec.name, steps), { model: spec.name, pipeline: null });
      throw new NotFound(`No pipeline of ${spec.name} has run yet, so none was restarted.`, {
        next: `/pipeline run ${spec.name} starts one.`,
      });
    }
    if (restart === undefined) {
      const state = pipelineState(shown, await runNow(shown, needs));
      return answer(state.card, state.data);
    }
    await demandChange(shown.to, needs, asking);
    await submit(
      async () => void (await restartPipeline(shown, restart, needs, asking)),
      () => endUnqueued(shown.id, NOT_QUEUED, needs),
    );
    return shownLive(await needs.pipelines.get(shown.id), spec);
  },
});

const pipelineOf = ({ pipeline: own }: ModelSpec, { environments }: Parts) =>
  own ?? usualPipeline(environments.first);

async function begin(spec: ModelSpec, needs: Parts, asking: Asking): Promise<Reply> {
  const declared = pipelineOf(spec, needs);
  await demandChange(declared.to, needs, asking);
  const newestRow = await dataReach(spec.name, needs);
  const window = trainingWindow(spec, { from: undefined, to: undefined }, newestRow);
  const draft = pipelineFrom(deriveId('pipeline', asking.id), spec, declared, window, asking);
  await submit(
    async () => void (await startPipeline(draft, spec, asking.from.platform, needs)),
    () => endUnqueued(draft.id, NOT_QUEUED, needs),
  );
  return shownLive(await needs.pipelines.get(draft.id), spec);
}

const shownLive = (made: Pipeline, spec: ModelSpec): Reply =>
  live(pipelineSubject(made), pipelineState(made, undefined), spec.homes);

async function newest(
  model: string,
  id: string | undefined,
  { pipelines }: Parts,
): Promise<Pipeline | undefined> {
  const [last] = id === undefined ? await pipelines.list({ model, limit: 1 }) : [];
  if (id === undefined) return last;
  const named = await pipelines.get(id);
  if (named.model === model) return named;
  throw new NotFound(`${id} is a pipeline of ${named.model}, not of ${model}.`);
}
