import { createHash } from 'node:crypto';
import { approvalState, approvalSubject } from '../src/cards/approval.ts';
import { asTrained } from '../src/core/as-trained.ts';
import { inWords } from '../src/core/errors.ts';
import { defineJob } from '../src/core/job.ts';
import { toJson } from '../src/core/json.ts';
import { specIn } from '../src/core/model.ts';
import type { Approval, Evidence } from '../src/core/ports/approvals.ts';
import type { Needs } from '../src/core/world.ts';
import { isFailed, judgeGates } from '../src/evaluation/gates.ts';
import { judgeSmoke } from '../src/evaluation/smoke.ts';
import { requestPromotion as requestPromotionJob } from './declared/index.ts';
import { againstChampion } from './steps/against-champion.ts';
import { areRows, askVersion, smokeRows } from './steps/smoke-test.ts';

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

/** The automatic part of a promotion: gather the evidence, check the gates, then ask for votes. */
export const requestPromotion = defineJob({
  ...requestPromotionJob,

  async run({ approval: id }, needs: Parts, signal) {
    const approval = await needs.approvals.get(id);
    const judged = approval.status === 'checking' ? await judge(approval, needs, signal) : approval;
    // Decided by an attempt that may have crashed before it reported this; after that only votes decide.
    if (judged?.evidence && judged.revision === 0 && isJudged(judged)) await tell(judged, needs);
  },

  async failed({ approval: id }, error, { approvals, replies }: Parts) {
    const reason = `The evidence could not be gathered, so nobody was asked: ${inWords(error)}`;
    const refused = await approvals.refuse(id, undefined, reason);
    if (refused) await replies.show(approvalSubject(refused), approvalState(refused));
  },
});

const isJudged = ({ status }: Approval): boolean => status === 'open' || status === 'refused';

/** Undefined if another process was first. */
async function judge(
  approval: Approval,
  needs: Parts,
  signal: AbortSignal,
): Promise<Approval | undefined> {
  const { id, model, environment } = approval;
  const { evidence, failed } = await gather(approval, needs, signal);
  const { expiresHours } = specIn(needs.models.get(model), environment).approval;
  const expires = new Date(needs.clock.now().getTime() + expiresHours * 3_600_000);
  return failed.length > 0
    ? needs.approvals.refuse(id, evidence, `${failed.join(' ')} Nothing was deployed.`)
    : needs.approvals.open(id, evidence, expires);
}

async function tell(approval: Approval, { audit, replies }: Parts): Promise<void> {
  const { id, model, version, environment, requestedBy, status, evidence } = approval;
  await audit.append({
    id: `gates-${id}`,
    by: requestedBy,
    action: status === 'refused' ? 'promotion.refused' : 'promotion.requested',
    subject: id,
    model,
    environment,
    via: 'queue',
    after: { version, evidence: evidence?.digest, gates: toJson(evidence?.gates) },
  });
  await replies.show(approvalSubject(approval), approvalState(approval));
}

async function gather(approval: Approval, needs: Parts, signal: AbortSignal) {
  const candidate = await needs.versions.resolve(approval.model, String(approval.version));
  const spec = asTrained(needs.models.get(approval.model), candidate);
  const evaluation = await needs.versions.evaluation(candidate.id);
  const rows = await smokeRows(evaluation, spec, needs);
  const smoke = areRows(rows) ? await askVersion(candidate, rows, spec, needs, signal) : rows;
  const why = evaluation ? '' : `/logs ${candidate.run} may say why. `;
  const tested = judgeSmoke(
    smoke,
    spec.task.answer,
    `${why}/train ${spec.name} makes another version.`,
  );
  const current = await needs.deployments.live(approval.model, approval.environment);
  const champion =
    current && (await needs.versions.resolve(approval.model, String(current.version)));
  const comparison =
    champion && areRows(rows) && tested.passed
      ? await againstChampion(
          { spec, run: approval.id, champion, challenger: candidate, rows },
          needs,
          signal,
        )
      : undefined;
  const unusable = comparison && 'unusable' in comparison ? comparison.unusable : undefined;
  const verdict = judgeGates(
    spec.gates,
    {
      rows: evaluation?.dataset.rows ?? 0,
      metrics: evaluation?.metrics ?? {},
      comparison: champion ? comparison : 'no champion',
    },
    spec.task.metrics(spec.classes ?? []),
    spec.unit,
  );
  const evidence = {
    artifact: candidate.artifact.sha256,
    gates: [tested, ...(tested.passed ? verdict.gates : [])].map(
      ({ name, passed, notApplicable, words }) => ({
        ...{ name, passed, words },
        ...(notApplicable && { notApplicable }),
      }),
    ),
    metrics: evaluation?.metrics ?? {},
    ...(spec.unit !== undefined && { unit: spec.unit }),
    ...(comparison && !('unusable' in comparison) && { comparison: toJson(comparison) }),
    ...(champion && { champion: champion.number }),
    ...(unusable && { championProblem: unusable }),
  };
  return {
    evidence: { ...evidence, digest: digestOf(evidence) },
    failed: evidence.gates.filter(isFailed).map((gate) => gate.words),
  };
}

function digestOf(evidence: Omit<Evidence, 'digest'>): string {
  return createHash('sha256').update(JSON.stringify(evidence)).digest('hex');
}
