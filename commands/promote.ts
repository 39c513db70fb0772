import { requestPromotion } from '../jobs/declared/index.ts';
import { askPromotion } from '../jobs/steps/ask-promotion.ts';
import { approvalState, approvalSubject } from '../src/cards/approval.ts';
import { automationOf } from '../src/core/agents.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { deriveId } from '../src/core/ids.ts';
import { specIn } from '../src/core/model.ts';
import { live, note } from '../src/core/reply.ts';
import { environmentOption, modelOption, versionOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { promotionForm } from './forms/promotion.ts';
import { NOT_QUEUED, submit } from './steps/submit.ts';

type Parts = Needs<
  | 'models'
  | 'versions'
  | 'deployments'
  | 'approvals'
  | 'endpoints'
  | 'freezes'
  | 'jobs'
  | 'environments'
  | 'clock'
>;

export const promote = defineCommand({
  name: 'promote',
  summary: 'Request promotion of a version to an environment',
  role: 'operator',
  words: ['model', 'version'],
  options: {
    model: modelOption,
    version: versionOption('Version to promote'),
    to: environmentOption,
  },
  examples: [
    '/promote flights 2',
    '/promote flights latest --to staging',
    '/promote flights champion@staging --to production',
  ],

  environment: ({ to }, { environments }: Parts) => environments.get(to),
  form: (given, needs: Parts, { from }) => promotionForm(given, needs, from),

  async run({ model, version, to }, needs: Parts, { id, by, proposed }) {
    const { models, versions, deployments, approvals, jobs, environments } = needs;
    const environment = environments.get(to);
    const spec = specIn(models.get(model), environment);
    const candidate = await versions.resolve(spec.name, version, environment);
    const current = await deployments.live(spec.name, environment);
    if (current?.version === candidate.number)
      return note(`${spec.name} v${candidate.number} is already live in ${environment}.`, 'note', {
        deployment: current,
      });
    const approval = await askPromotion(
      {
        id: deriveId('approval', id),
        model: spec.name,
        version: candidate.number,
        environment,
        requestedBy: proposed?.owner ?? by.id,
        ...(proposed && { automation: automationOf(proposed.agent) }),
      },
      needs,
    );
    await submit(
      () => jobs.enqueue(requestPromotion, { approval: approval.id }),
      () => approvals.refuse(approval.id, undefined, NOT_QUEUED),
    );
    return live(approvalSubject(approval), approvalState(approval), spec.homes);
  },
});
