import { type ModelSpec, specIn } from '../../src/core/model.ts';
import { numbersIn } from '../../src/core/ports/predictions.ts';
import {
  type RolloutJudgement,
  type RolloutPlan,
  type RolloutState,
  stepOf,
  type Tally,
} from '../../src/core/rollout.ts';
import type { Judged } from '../../src/core/task.ts';
import { watchedMetric } from '../../src/monitoring/watched-metric.ts';
import type { Observed } from '../../src/release/rollout/compared.ts';
import { judgeStep } from '../../src/release/rollout/judge.ts';
import type { ObservesRollout } from './rollout-needs.ts';

type Sums = NonNullable<Observed['losses']>['stable'];

const arm = { requests: 0, failures: 0, times: [], answers: [] };
const NO_TALLY: Tally = {
  ...{ stable: arm, challenger: arm },
  shadow: { requests: 0, flipped: 0, dropped: 0, slices: [] },
};

/** Of a model whose configuration no longer declares a rollout, while one goes on. */
const DEFAULT_LIMITS: RolloutPlan['limits'] = {
  ...{ errors: 0.02, latency: 0.15, answers: 0.3, flipped: 0.2, performance: 0.05 },
};
const DEFAULT_ALPHA = 0.05;

export interface ObservedRollout {
  judgement: RolloutJudgement;
  tally: Tally;
  /** The number of the stable version. */
  stable: number | undefined;
}

/** What a rollout's step has shown until now. */
export async function observeRollout(
  rollout: Pick<RolloutState, 'deployment' | 'version' | 'stable' | 'steps' | 'step' | 'began'> & {
    since?: Date;
  },
  environment: string,
  model: string,
  needs: ObservesRollout,
  signal: AbortSignal,
): Promise<ObservedRollout> {
  const spec = specIn(needs.models.get(model), environment);
  const tally = (await needs.tallies.of(rollout.deployment, rollout.step)) ?? NO_TALLY;
  const stable = (await needs.deployments.find(rollout.stable))?.version;
  const { weight, shadow } = stepOf(rollout);
  const classes = (await classesOf(model, rollout.version, needs)) ?? spec.classes ?? [];
  const losses =
    stable === undefined
      ? undefined
      : await lossesOf({ spec, environment, rollout, stable, shadow, classes }, needs, signal);
  const kind = numbersIn(spec.task.answer) ?? 'value';
  const judgement = judgeStep(
    { tally, weight, shadow, answer: { kind, classes }, ...(losses && { losses }) },
    {
      steps: rollout.steps,
      limits: spec.rollout?.limits ?? DEFAULT_LIMITS,
      alpha: spec.rollout?.alpha ?? DEFAULT_ALPHA,
    },
  );
  return { judgement, tally, stable };
}

async function classesOf(
  model: string,
  version: number,
  { versions }: Pick<ObservesRollout, 'versions'>,
) {
  const { classes } = await versions.resolve(model, String(version));
  return classes;
}

interface Labelled {
  spec: ModelSpec;
  environment: string;
  rollout: { version: number; began: Date; since?: Date };
  stable: number;
  shadow: boolean;
  classes: readonly string[];
}

/** The losses of both versions for what they answered in this step, as far as there are labels. */
async function lossesOf(
  { spec, environment, rollout, stable, shadow, classes }: Labelled,
  { predictions, clock }: ObservesRollout,
  signal: AbortSignal,
): Promise<Observed['losses']> {
  const metric = watchedMetric(spec.task, undefined);
  const answer = numbersIn(spec.task.answer);
  if (!metric || answer === undefined) return undefined;
  const of = { model: spec.name, environment };
  const window = { from: rollout.since ?? rollout.began, to: clock.now() };
  const labelled = await predictions.labelledSince({ ...of, version: stable }, window.from, signal);
  if (labelled.length === 0) return undefined;
  const question = { ...of, window, answer, width: spec.task.answer.width(classes), features: [] };
  const [theirs, ours] = await Promise.all([
    predictions.labelled({ ...question, version: rollout.version, shadow }, signal),
    predictions.labelled({ ...question, version: stable }, signal),
  ]);
  const read = (found: typeof ours): Judged => ({
    labels: Float64Array.from(
      found.labels,
      (one) => spec.task.label.read(one, classes) ?? Number.NaN,
    ),
    ...{ answers: found.answers, classes },
  });
  // Without a declared range, losses count up to ten times the stable version's mean.
  const most = metric.loss.most ?? 10 * Math.max(1e-9, meanOf(metric.loss.of, read(ours)));
  return {
    stable: sumsOf(metric.loss.of, read(ours), most),
    challenger: sumsOf(metric.loss.of, read(theirs), most),
  };
}

type Loss = (rows: Judged, row: number) => number;

const lossesIn = (loss: Loss, rows: Judged): number[] =>
  Array.from({ length: rows.labels.length }, (_, row) =>
    Number.isNaN(rows.labels[row]) ? Number.NaN : loss(rows, row),
  ).filter(Number.isFinite);

function meanOf(loss: Loss, rows: Judged): number {
  const losses = lossesIn(loss, rows);
  return losses.reduce((sum, one) => sum + one, 0) / Math.max(1, losses.length);
}

function sumsOf(loss: Loss, rows: Judged, most: number): Sums {
  const losses = lossesIn(loss, rows).map((one) => Math.min(1, one / most));
  return {
    n: losses.length,
    sum: losses.reduce((sum, one) => sum + one, 0),
    squares: losses.reduce((sum, one) => sum + one * one, 0),
  };
}
