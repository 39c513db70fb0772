import { requestPromotion } from '../../jobs/declared/index.ts';
import { askPromotion } from '../../jobs/steps/ask-promotion.ts';
import { approvalState, approvalSubject } from '../../src/cards/approval.ts';
import { automationOf } from '../../src/core/agents.ts';
import type { Asking } from '../../src/core/command.ts';
import { deriveId } from '../../src/core/ids.ts';
import type { ModelSpec } from '../../src/core/model.ts';
import type { Version } from '../../src/core/ports/versions.ts';
import { live, note, type Reply } from '../../src/core/reply.ts';
import type { Needs } from '../../src/core/world.ts';
import { submit, unqueueRequest } from './submit.ts';
import { whomToTell } from './whom-to-tell.ts';

export type RequestParts = Needs<
  | 'models'
  | 'versions'
  | 'deployments'
  | 'approvals'
  | 'endpoints'
  | 'freezes'
  | 'jobs'
  | 'directMessages'
  | 'environments'
  | 'clock'
>;

interface Wanted {
  /** The rules of the environment. */
  spec: ModelSpec;
  candidate: Version;
  environment: string;
}

/**
 * Requests a promotion, unless the version is live already.
 * @throws Refused if a request for it is waiting, or none may be made now
 */
export async function requestVersion(
  { spec, candidate, environment }: Wanted,
  needs: RequestParts,
  { id, by, account, proposed }: Pick<Asking, 'id' | 'by' | 'account' | 'proposed'>,
): Promise<Reply> {
  const current = await needs.deployments.live(spec.name, environment);
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
      ...(proposed
        ? { automation: automationOf(proposed.agent) }
        : { tell: await whomToTell({ by, account }, needs) }),
    },
    needs,
  );
  await submit(
    () => needs.jobs.enqueue(requestPromotion, { approval: approval.id }),
    () => unqueueRequest(approval.id, needs.approvals),
  );
  return live(approvalSubject(approval), approvalState(approval), spec.homes);
}
