import { createHash } from 'node:crypto';
import { z } from 'zod';
import { approvalState, approvalSubject } from '../src/cards/approval.ts';
import { inWords } from '../src/core/errors.ts';
import { defineJob } from '../src/core/job.ts';
import { toJson } from '../src/core/json.ts';
import type { Approval, Evidence } from '../src/core/ports/approvals.ts';
import type { Version } from '../src/core/ports/versions.ts';
import type { Needs } from '../src/core/world.ts';
import { judgeGates } from '../src/evaluation/gates.ts';
import { meetingWindow } from '../src/training/windows.ts';
import { meet } from './steps/meet.ts';

type Parts = Needs<
  | 'approvals'
  | 'replies'
  | 'models'
  | 'versions'
  | 'deployments'
  | 'datasets'
  | 'scorer'
  | 'profiles'
  | 'audit'
  | 'clock'
>;

/** The machine's part of a promotion: gather the evidence, judge the gates, then ask the people. */
export const requestPromotion = defineJob({
  name: 'request-promotion',
  lane: 'desk',
  payload: z.object({ approval: z.string() }),
  once: ({ approval }) => approval,
  attempts: 3,

  async run({ approval: id }, needs: Parts, signal) {
    const approval = await needs.approvals.get(id);
    if (approval.status !== 'checking') return;
    const { evidence, failed } = await gather(approval, needs, signal);
    const spec = needs.models.get(approval.model);
    const expires = new Date(needs.clock.now().getTime() + spec.approval.expiresHours * 3_600_000);
    const judged =
      failed.length > 0
        ? await needs.approvals.refuse(id, evidence, `${failed.join(' ')} Nothing was deployed.`)
        : await needs.approvals.open(id, evidence, expires);
    if (!judged) return;
    await needs.audit.record({
      id: `gates-${id}`,
      by: approval.requestedBy,
      action: failed.length > 0 ? 'promotion.refused' : 'promotion.requested',
      subject: id,
      model: approval.model,
      via: 'queue',
      after: {
        version: approval.version,
        evidence: evidence.digest,
        gates: toJson(evidence.gates),
      },
    });
    await needs.replies.show(approvalSubject(judged), approvalState(judged));
  },

  async failed({ approval: id }, error, { approvals, replies }: Parts) {
    const reason = `The evidence could not be gathered, so nobody was asked: ${inWords(error)}`;
    const refused = await approvals.refuse(id, undefined, reason);
    if (refused) await replies.show(approvalSubject(refused), approvalState(refused));
  },
});

async function gather(approval: Approval, needs: Parts, signal: AbortSignal) {
  const spec = needs.models.get(approval.model);
  const candidate = await needs.versions.resolve(approval.model, String(approval.version));
  const evaluation = await needs.versions.evaluation(candidate.id);
  const current = await needs.deployments.live(approval.model, approval.environment);
  const champion =
    current && (await needs.versions.resolve(approval.model, String(current.version)));
  const comparison = champion && (await against(champion, candidate, approval, needs, signal));
  const verdict = judgeGates(spec.gates, {
    rows: evaluation?.dataset.rows ?? 0,
    metrics: evaluation?.metrics ?? {},
    comparison: comparison ?? 'no champion',
  });
  const evidence = {
    artifact: candidate.artifact.sha256,
    gates: verdict.gates.map(({ name, passed, words }) => ({ name, passed, words })),
    metrics: evaluation?.metrics ?? {},
    ...(comparison && { comparison: toJson(comparison) }),
    ...(champion && { champion: champion.number }),
  };
  return {
    evidence: { ...evidence, digest: digestOf(evidence) },
    failed: evidence.gates.filter((gate) => !gate.passed).map((gate) => gate.words),
  };
}

async function against(
  champion: Version,
  challenger: Version,
  approval: Approval,
  needs: Parts,
  signal: AbortSignal,
) {
  const spec = needs.models.get(approval.model);
  const trained = [champion.dataset.window, challenger.dataset.window];
  const newest = await needs.profiles.watermark(approval.model);
  const window = meetingWindow(spec, { from: undefined, to: undefined }, trained, newest);
  const { comparison, dataset } = await meet(
    { spec, run: approval.id, window, champion, challenger },
    needs,
    signal,
  );
  return { ...comparison, dataset };
}

function digestOf(evidence: Omit<Evidence, 'digest'>): string {
  return createHash('sha256').update(JSON.stringify(evidence)).digest('hex');
}
