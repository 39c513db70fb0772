import { approvalState, approvalSubject } from '../src/cards/approval.ts';
import { Refused } from '../src/core/errors.ts';
import { deriveId } from '../src/core/ids.ts';
import { defineJob } from '../src/core/job.ts';
import { specIn } from '../src/core/model.ts';
import type { Approval } from '../src/core/ports/approvals.ts';
import type { Needs } from '../src/core/world.ts';
import { mayNotAct } from '../src/release/policy.ts';
import { pipelineSteps, requestPromotion } from './declared/index.ts';
import { askPromotion } from './steps/ask-promotion.ts';
import { heldFor } from './steps/pipeline/held.ts';
import { failStep, performStep, type StepAt, type StepParts } from './steps/pipeline/perform.ts';

type Parts = StepParts &
  Needs<'approvals' | 'deployments' | 'endpoints' | 'freezes' | 'people' | 'jobs'>;

/**
 * Requests the promotion of the version in the name of whoever the pipeline belongs to, and approves nothing. From then
 * on it waits for people, without a job: `follow-pipeline` looks at what they decide.
 */
export const pipelinePromote = defineJob({
  ...pipelineSteps.promote,

  run: (payload, needs: Parts) =>
    performStep('promote', payload, needs, { run: (at) => propose(at, needs) }),

  failed: (payload, error, needs: Parts) => failStep('promote', payload, error, needs),
});

async function propose(at: StepAt, needs: Parts) {
  const { id, attempt, model, made, to, requestedBy, automation } = at.pipeline;
  const { version } = made;
  if (version === undefined) throw new Error(`${id} has made no version that could be proposed`);
  const live = await needs.deployments.live(model, to);
  if (live?.version === version)
    return { made: {}, stops: `v${version} is live in ${to} already.` };
  const objection = mayNotAct('operator', to, { person: requestedBy }, needs);
  if (objection !== undefined) throw new Refused(`${objection}.`);
  const held = await heldFor(at, needs);
  if (held !== undefined) return { made: {}, waits: held };
  const approval = await askOrFollow(
    {
      ...{ id: deriveId('approval', id, attempt), model, version, environment: to, requestedBy },
      ...(automation !== undefined && { automation }),
    },
    needs,
  );
  if (approval.id !== deriveId('approval', id, attempt))
    return { made: { approval: approval.id }, waits: `${approval.id} asks for the same already.` };
  for (const home of specIn(at.spec, to).homes)
    await needs.replies.open(approvalSubject(approval), home, approvalState(approval));
  await needs.jobs.enqueue(requestPromotion, { approval: approval.id });
  return { made: { approval: approval.id }, waits: 'Its gates are being checked.' };
}

type Asked = Parameters<typeof askPromotion>[0];

/**
 * Requests it, unless somebody has asked for the same version there: perhaps a person, or an earlier pipeline with the
 * same rows. One question is enough, and this pipeline follows that one.
 */
async function askOrFollow(asked: Asked, needs: Parts): Promise<Approval> {
  const waiting = await undecided(asked, needs);
  if (waiting) return waiting;
  try {
    return await askPromotion(asked, needs);
  } catch (error) {
    // Another one may have been first.
    const other = error instanceof Refused ? await undecided(asked, needs) : undefined;
    if (other) return other;
    throw error;
  }
}

/** What others asked that nobody has decided, or whose rollout is on its way. */
async function undecided(
  { id, model, version, environment }: Asked,
  { approvals, endpoints }: Parts,
): Promise<Approval | undefined> {
  const waiting = await approvals.list({ model, statuses: ['checking', 'open'] });
  const same = waiting.find((one) => one.version === version && one.environment === environment);
  const { rollout } = await endpoints.get({ model, environment });
  const found =
    same ?? (rollout?.version === version ? await approvals.get(rollout.approval) : undefined);
  return found?.id === id ? undefined : found;
}
