import { z } from 'zod';
import { type Explained, explanationCard } from '../src/cards/explanation.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { NotFound } from '../src/core/errors.ts';
import type { LoggedPrediction } from '../src/core/ports/predictions.ts';
import { ephemeral } from '../src/core/reply.ts';
import { anyModelOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';

type Parts = Needs<
  'models' | 'environments' | 'predictions' | 'versions' | 'deployments' | 'approvals' | 'tickets'
>;

const FIND_MS = 20_000;
const LONGEST = 200;

export const explain = defineCommand({
  name: 'explain',
  summary: 'Show the version, data, gates and votes behind one prediction',
  role: 'viewer',
  agents: 'answer',
  words: ['prediction', 'model'],
  options: {
    prediction: option(
      z.string('expected an ID').trim().min(1, 'expected an ID').max(LONGEST, 'too long'),
      'ID of the prediction, as the gateway returned it',
      { placeholder: 'ID' },
    ),
    model: anyModelOption,
  },
  examples: ['/explain 5f0c2a9e-1', '/explain 5f0c2a9e-1 flights'],

  async run({ prediction: id, model }, needs: Parts) {
    const { models, environments } = needs;
    const asked = model === undefined ? models.list() : [models.get(model)];
    const endpoints = asked.flatMap(({ name }) =>
      environments.list().map((environment) => ({ model: name, environment })),
    );
    const found = await needs.predictions.find(endpoints, id, AbortSignal.timeout(FIND_MS));
    const [newest] = found.toReversed();
    if (!newest)
      throw new NotFound(`No prediction with the ID "${id}" is in the log.`, {
        next: 'The log keeps predictions for a limited time: predictions.keep_days.',
      });
    const explained = await behind(newest, needs);
    const card = explanationCard(explained);
    const others = found.length - 1;
    const text = `${found.length} logged answers have this ID; this is the newest.`;
    return ephemeral(others > 0 ? { ...card, text } : card, { ...explained, found });
  },
});

async function behind(
  prediction: LoggedPrediction,
  { versions, deployments, approvals, tickets }: Parts,
): Promise<Explained> {
  const { model, environment, version: number } = prediction;
  const version = await versions.resolve(model, String(number)).catch(unlessGone);
  const [evaluation, history, [ticket]] = await Promise.all([
    version && versions.evaluation(version.id),
    deployments.history(model, environment, 100),
    tickets.of({ model, environment, version: number }),
  ]);
  const own = history.filter((one) => one.version === number);
  const deployment = own[0];
  // A rollback has no request of its own: the votes are those of the promotion before.
  const request = own.find((one) => one.approval !== undefined)?.approval;
  const approval =
    request === undefined ? undefined : await approvals.get(request).catch(unlessGone);
  return { prediction, version, evaluation, deployment, approval, ticket };
}

function unlessGone(error: unknown): undefined {
  if (!(error instanceof NotFound)) throw error;
}
