import { approvalState, approvalSubject } from '../src/cards/approval.ts';
import { inWords } from '../src/core/errors.ts';
import { defineJob } from '../src/core/job.ts';
import { toJson } from '../src/core/json.ts';
import { isFailed, whyFailed } from '../src/core/judged-gate.ts';
import { specIn } from '../src/core/model.ts';
import type { Approval } from '../src/core/ports/approvals.ts';
import type { Needs } from '../src/core/world.ts';
import { requestPromotion as requestPromotionJob } from './declared/index.ts';
import { type EvidenceParts, gatherEvidence } from './steps/evidence/index.ts';
import { recordOverride } from './steps/override.ts';
import { supersedeOlder } from './steps/supersede.ts';
import { tellRequester } from './steps/tell-requester.ts';

type Parts = EvidenceParts & Needs<'replies'>;

/** The automatic part of a promotion: gather the evidence, check the gates, then ask for votes. */
export const requestPromotion = defineJob({
  ...requestPromotionJob,

  async run({ approval: id }, needs: Parts, signal) {
    const approval = await needs.approvals.get(id);
    // The command that reopened it may have crashed before it recorded this.
    if (approval.override) await recordOverride(approval, approval.override, needs);
    const judged = approval.status === 'checking' ? await judge(approval, needs, signal) : approval;
    // Decided by an attempt that may have crashed before it reported this; after that only votes decide.
    if (judged?.status === 'open') await supersedeOlder(judged, needs);
    if (judged?.evidence && judged.votes.length === 0 && isJudged(judged))
      await tell(judged, needs);
  },

  async failed({ approval: id }, error, { approvals, replies }: Parts) {
    const reason = `The evidence could not be gathered, so nobody was asked: ${inWords(error)}`;
    const refused = await approvals.refuse(id, undefined, reason);
    if (!refused) return;
    await replies.show(approvalSubject(refused), approvalState(refused));
    await tellRequester(refused, 'refused', { replies });
  },
});

const isJudged = ({ status }: Approval): boolean => status === 'open' || status === 'refused';

/** The gates may be judged more than once: with an override, or since another version has gone live. */
function attemptOf({ revision, override }: Approval): string {
  if (override?.revision === revision) return '-override';
  return revision === 0 ? '' : `-${revision}`;
}

/** Undefined if another process was first. */
async function judge(
  approval: Approval,
  needs: Parts,
  signal: AbortSignal,
): Promise<Approval | undefined> {
  const { id, model, environment } = approval;
  const evidence = await gatherEvidence(approval, needs, signal);
  const failed = evidence.gates.filter(isFailed).map(whyFailed);
  const { expiresHours } = specIn(needs.models.get(model), environment).approval;
  const expires = new Date(needs.clock.now().getTime() + expiresHours * 3_600_000);
  return failed.length > 0
    ? needs.approvals.refuse(id, evidence, `${failed.join(' ')} Nothing was deployed.`)
    : needs.approvals.open(id, evidence, expires);
}

async function tell(approval: Approval, { audit, replies, clock }: Parts): Promise<void> {
  const { id, model, version, environment, requestedBy, status, evidence } = approval;
  await audit.append({
    id: `gates-${id}${attemptOf(approval)}`,
    by: requestedBy,
    action: status === 'refused' ? 'promotion.refused' : 'promotion.requested',
    subject: id,
    model,
    environment,
    via: 'queue',
    after: { version, evidence: evidence?.digest, gates: toJson(evidence?.gates) },
  });
  // Nobody has voted yet.
  const count = { needed: approval.needed, notCounted: [], now: clock.now() };
  await replies.show(approvalSubject(approval), approvalState(approval, undefined, count));
  if (status === 'refused') await tellRequester(approval, 'refused', { replies });
}
