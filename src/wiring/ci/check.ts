import { join } from 'node:path';
import { admitModel, admitPredictions } from '../../../jobs/steps/admit-model.ts';
import { definedOnly } from '../../../jobs/steps/defined.ts';
import { costsOf } from '../../../jobs/steps/evidence/costs.ts';
import { trainerFigures, trainingEvidence } from '../../../jobs/steps/evidence/training-rows.ts';
import { askFile, someRows } from '../../../jobs/steps/smoke-test.ts';
import { trainerAgreement } from '../../../jobs/steps/trainer-agreement.ts';
import type { EvaluationReport } from '../../core/evaluation-report.ts';
import type { GateEvidence, GateSpec } from '../../core/gate.ts';
import { type JudgedGate, toJudged } from '../../core/judged-gate.ts';
import type { ModelSpec, ParameterValues, Window } from '../../core/model.ts';
import type { Comparison } from '../../evaluation/compare.ts';
import { reportOn } from '../../evaluation/report/index.ts';
import { ALWAYS, judgeGates, needsOf } from '../../release/gates/index.ts';
import { problemOf } from '../../release/gates/smoke/problem.ts';
import { heldOut } from '../../training/windows.ts';
import type { Bench } from '../try/bench.ts';
import { type Champion, compareWith, type Held } from './champion.ts';
import { trainOnSample } from './train.ts';

/** What the check of a change found. Nothing of it is registered. */
export interface Checked {
  model: string;
  environment: string;
  parameters: ParameterValues;
  /** Rows of the window, and how many of them the model was trained on. */
  trained: { window: Window; rows: number; sample: number };
  heldOut: { window: Window; rows: number; composition: string };
  metrics: Record<string, number>;
  unit?: string | undefined;
  report: EvaluationReport;
  /** `problem`: why it was not compared with a champion that there is, as a sentence. */
  champion?: { name: string; problem?: string };
  comparison?: Comparison;
  gates: JudgedGate[];
  /** Declared gates that only a registered version can be judged by. */
  later: string[];
  warnings: string[];
}

interface Order {
  /** The rules of the environment. */
  spec: ModelSpec;
  environment: string;
  parameters: ParameterValues;
  /** The most rows that are trained on. */
  rows: number;
  window: Window;
  root: string;
  bench: Bench;
  signal: AbortSignal;
  say(stage: string): void;
  /** Is asked once the model is trained. Undefined: nothing to compare with was named. */
  champion: ((held: Held) => Promise<Champion>) | undefined;
}

const RUN = 'ci';
/** What only a registered version has: a run, a time in an environment, drills. */
const REGISTERED = ['lineage', 'soak', 'shadow', 'drill'] as const;

/** Whether a gate can be judged before there is a version. */
const isEarly = (gate: GateSpec): boolean => {
  const needs = needsOf([gate]);
  return !REGISTERED.some((need) => needs.has(need));
};

/**
 * Does for a change what a training, a comparison and a request to promote do for a version, by the same code: trains on
 * a sample, evaluates on the days after it, compares with the champion on these rows, and judges the gates. Throws what
 * a training would fail with.
 */
export async function checkChange(order: Order): Promise<Checked> {
  const { bench, parameters, window, environment, signal, say } = order;
  const { datasets, scorer, artifacts } = bench;
  const made = await trainOnSample({ ...order, run: RUN, out: join(order.root, 'own.parquet') });
  const { spec, prepared } = made;
  const { artifact, warnings } = await admitModel(
    { path: made.path, spec, rows: prepared.inspection },
    { artifacts },
  );
  const predictions =
    made.predictions === undefined
      ? undefined
      : await admitPredictions(
          { path: made.predictions, spec, rows: { ...prepared.inspection, rows: made.rows } },
          bench,
        );
  const trained = await scorer.read(made.data, spec);
  say('Evaluating it on the days after');
  const unseen = await datasets.prepare({ spec, run: RUN, window: heldOut(spec, window), signal });
  const rows = await scorer.read(unseen.path, spec);
  const file = { sha256: artifact.sha256, name: spec.name };
  const answers = await scorer.score(file.sha256, rows, spec, { name: spec.name, signal });
  const { task, classes = [], features } = spec;
  const judged = { labels: rows.labels, answers, classes };
  const metrics = definedOnly(task.measure(judged));
  const report = reportOn({
    ...{ task, classes, features, rows, answers, cost: spec.evaluation.cost },
  });
  const smoke = await askFile(file, someRows(rows), spec, { scorer }, signal);
  const problem = problemOf(smoke, task.answer);

  const champion = await order.champion?.({
    ...{ path: unseen.path, rows, spec },
    window: unseen.fingerprint.window,
  });
  const against =
    champion && (await compareWith(champion, { answers, rows, spec }, bench, signal, say));
  const seen: GateEvidence = {
    at: new Date(),
    smoke: {
      ...{ rows: 'rows' in smoke ? smoke.rows : 0, expected: task.answer.expected },
      ...(problem !== undefined && { problem }),
      next: 'The model file must load in onnxruntime and answer within 30 seconds.',
    },
    ...{ rows: rows.labels.length, metrics, report },
    comparison: champion === 'none yet' ? 'no champion' : (against ?? NOT_NAMED),
    ...costsOf({ artifact }, 'times' in smoke ? smoke.times : undefined),
    training: trainingEvidence(await scorer.read(prepared.path, spec), window, spec, undefined),
    trainer: await trainerFigures(
      { model: spec.name, artifact, reported: made.reported },
      ...([{ metrics }, trained, spec, bench, signal] as const),
    ),
    predictions: await trainerAgreement(
      { model: spec.name, number: 1, artifact, ...(predictions && { predictions }) },
      ...([trained, spec, bench, signal] as const),
    ),
  };
  const gates = problem === undefined ? [...ALWAYS, ...spec.gates.filter(isEarly)] : ALWAYS;
  const about = {
    ...{ model: spec.name, version: 0, environment, unit: spec.unit },
    ...{ metrics: task.metrics(classes), primary: spec.evaluation.primary },
    margin: spec.evaluation.margin,
  };
  return {
    ...{ model: spec.name, environment, parameters, metrics, unit: spec.unit, report },
    trained: { window, rows: prepared.fingerprint.rows, sample: made.rows },
    heldOut: {
      ...{ window: unseen.fingerprint.window, rows: rows.labels.length },
      composition: task.composition(rows.labels, classes).words,
    },
    ...(champion &&
      champion !== 'none yet' && {
        champion: {
          name: champion.name,
          ...(against && 'unusable' in against && { problem: against.unusable }),
        },
      }),
    ...(against && 'metrics' in against && { comparison: against }),
    gates: judgeGates(gates, seen, about).map(toJudged),
    later: spec.gates.filter((gate) => !isEarly(gate)).map(({ gate }) => gate),
    warnings: [
      ...prepared.inspection.warnings,
      ...warnings,
      ...unseen.inspection.warnings.map((warning) => `Held-out days: ${warning}`),
    ],
  };
}

const NOT_NAMED = { unusable: 'no champion was named, with --base, --champion or --live.' };
