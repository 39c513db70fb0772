import { asTrained } from '../../../src/core/as-trained.ts';
import { digestOfEvidence } from '../../../src/core/evidence.ts';
import type { GateAbout, GateEvidence, GateSpec } from '../../../src/core/gate.ts';
import { toJson } from '../../../src/core/json.ts';
import { toJudged } from '../../../src/core/judged-gate.ts';
import { type ModelSpec, specIn } from '../../../src/core/model.ts';
import type { Approval, Evidence } from '../../../src/core/ports/approvals.ts';
import type { Evaluation, Version } from '../../../src/core/ports/versions.ts';
import type { Needs } from '../../../src/core/world.ts';
import { ALWAYS, judgeGates, needsOf } from '../../../src/release/gates/index.ts';
import { problemOf, type Smoke } from '../../../src/release/gates/smoke/problem.ts';
import { againstChampion } from '../against-champion.ts';
import { drillIfDue } from '../drill-version.ts';
import { overridden } from '../override.ts';
import { areRows, askVersion, smokeRows } from '../smoke-test.ts';
import { trainerAgreement } from '../trainer-agreement.ts';
import { candidatesAgainst } from './candidates.ts';
import { costsOf } from './costs.ts';
import { answerBytes, drillEvidence, lastDrill } from './drills.ts';
import { lineageOf } from './lineage.ts';
import { shadowOf } from './shadow.ts';
import { soakOf } from './soak.ts';
import { trainerFigures, trainingEvidence, trainingRows, versionBefore } from './training-rows.ts';

export type EvidenceParts = Needs<
  | 'models'
  | 'versions'
  | 'runs'
  | 'approvals'
  | 'deployments'
  | 'quarantines'
  | 'alerts'
  | 'datasets'
  | 'scorer'
  | 'artifacts'
  | 'profiles'
  | 'arrivals'
  | 'endpoints'
  | 'tallies'
  | 'audit'
  | 'people'
  | 'links'
  | 'clock'
>;

interface Judging {
  spec: ModelSpec;
  candidate: Version;
  evaluation: Evaluation | undefined;
  environment: string;
}

/** Everything that a request is judged by, and what its gates say of it. */
export async function gatherEvidence(
  approval: Approval,
  needs: EvidenceParts,
  signal: AbortSignal,
): Promise<Evidence> {
  const { model, environment } = approval;
  const candidate = await needs.versions.resolve(model, String(approval.version));
  const spec = asTrained(specIn(needs.models.get(model), environment), candidate);
  const evaluation = await needs.versions.evaluation(candidate.id);
  const rows = await smokeRows(evaluation, spec, needs);
  const smoke = areRows(rows) ? await askVersion(candidate, rows, spec, needs, signal) : rows;
  const tested = smokeEvidence(smoke, candidate, evaluation, spec);
  const current = await needs.deployments.live(model, environment);
  const champion = current && (await needs.versions.resolve(model, String(current.version)));
  const meeting = { spec, run: approval.id, challenger: candidate };
  const compared =
    champion && areRows(rows) && tested.problem === undefined
      ? await againstChampion({ ...meeting, champion, rows }, needs, signal)
      : undefined;
  const comparison = compared && 'comparison' in compared ? compared.comparison : undefined;
  const unusable = compared && 'unusable' in compared ? compared.unusable : undefined;
  const costs = costsOf(candidate, 'answers' in smoke ? smoke.times : undefined);
  const gates = tested.problem === undefined ? [...ALWAYS, ...spec.gates] : ALWAYS;
  const judging = { spec, candidate, evaluation, environment };
  if (champion && tested.problem === undefined)
    await drillIfDue(approval, champion, spec.gates, needs, signal);
  const asked = await askedFor(gates, judging, champion, needs, signal);
  const seen: GateEvidence = {
    ...{ at: needs.clock.now(), smoke: tested, ...asked },
    ...{ rows: evaluation?.dataset.rows ?? 0, metrics: evaluation?.metrics ?? {} },
    report: evaluation?.report,
    comparison: champion ? (comparison ?? (unusable ? { unusable } : undefined)) : 'no champion',
    ...costs,
  };
  const drilled = champion && (await lastDrill({ model, environment }, champion.number, needs));
  const results = judgeGates(gates, seen, aboutOf(judging)).map(toJudged);
  const evidence = {
    artifact: candidate.artifact.sha256,
    gates: await overridden(results, approval, needs),
    metrics: seen.metrics,
    ...(spec.unit !== undefined && { unit: spec.unit }),
    ...(comparison && { comparison: toJson(comparison) }),
    ...(champion && { champion: champion.number }),
    ...(unusable && { championProblem: unusable }),
    costs: { ...costs, ...(champion && { champion: costsOf(champion, compared?.times) }) },
    ...('answers' in smoke &&
      tested.problem === undefined && {
        answers: (await needs.artifacts.putBytes(answerBytes(smoke.answers))).sha256,
      }),
    ...(drilled && { drill: drilled }),
    ...(champion && {
      candidates: await candidatesAgainst(champion.number, { ...candidate, environment }, needs),
    }),
  };
  const stored = { ...evidence, metrics: evaluation?.metrics ?? {} };
  return { ...stored, digest: digestOfEvidence(stored) };
}

/** What only some gates need, for those that are declared. */
async function askedFor(
  gates: readonly GateSpec[],
  { spec, candidate, evaluation, environment }: Judging,
  champion: Version | undefined,
  needs: EvidenceParts,
  signal: AbortSignal,
): Promise<
  Pick<
    GateEvidence,
    'lineage' | 'trainer' | 'predictions' | 'training' | 'soak' | 'shadow' | 'drill'
  >
> {
  const wanted = needsOf(gates);
  const rows = (['training', 'trainer', 'predictions'] as const).some((need) => wanted.has(need))
    ? await trainingRows(candidate, spec, needs)
    : undefined;
  const endpoint = { model: candidate.model, environment };
  return {
    ...(wanted.has('lineage') && { lineage: await lineageOf(candidate, spec, needs) }),
    ...(wanted.has('training') &&
      rows && {
        training: trainingEvidence(
          rows,
          candidate.dataset.window,
          spec,
          await versionBefore(candidate, needs),
        ),
      }),
    ...(wanted.has('trainer') && {
      trainer: await trainerFigures(candidate, evaluation, rows, spec, needs, signal),
    }),
    ...(wanted.has('shadow') && { shadow: await shadowOf(candidate, gates, needs) }),
    ...(wanted.has('predictions') && {
      predictions: await trainerAgreement(candidate, rows, spec, needs, signal),
    }),
    ...(wanted.has('soak') && { soak: await soakOf(candidate, gates, needs) }),
    ...(wanted.has('drill') && { drill: await drillEvidence(endpoint, champion?.number, needs) }),
  };
}

function smokeEvidence(
  smoke: Smoke,
  { run }: Version,
  evaluation: Evaluation | undefined,
  { name, task }: ModelSpec,
): NonNullable<GateEvidence['smoke']> {
  const problem = problemOf(smoke, task.answer);
  const why = evaluation ? '' : `/logs ${run} may say why. `;
  return {
    ...{ rows: 'rows' in smoke ? smoke.rows : 0, expected: task.answer.expected },
    ...(problem !== undefined && { problem }),
    next: `${why}/train ${name} makes another version.`,
  };
}

function aboutOf({ spec, candidate, environment }: Judging): GateAbout {
  const { name, task, classes = [], evaluation, unit } = spec;
  return {
    ...{ model: name, version: candidate.number, environment },
    ...{ metrics: task.metrics(classes), primary: evaluation.primary },
    ...{ margin: evaluation.margin, unit },
  };
}
