import { inWords, NotFound, Refused } from '../../src/core/errors.ts';
import type { PredictionEvidence } from '../../src/core/gate.ts';
import type { ModelSpec } from '../../src/core/model.ts';
import type { Columns } from '../../src/core/ports/programs.ts';
import type { Version } from '../../src/core/ports/versions.ts';
import type { Needs } from '../../src/core/world.ts';
import { differencesOf } from '../../src/evaluation/agreement.ts';
import { pickRows, spread } from './pick-rows.ts';

/** As many as a few seconds allow, spread over all that were predicted. */
const ROWS = 20_000;

/**
 * What the training program answered to rows of its data beside what the served file answers to them. Undefined if it
 * wrote no predictions.
 * @param training the rows that it was trained on; undefined if they are gone
 */
export async function trainerAgreement(
  {
    model,
    number,
    artifact,
    predictions,
  }: Pick<Version, 'model' | 'number' | 'artifact' | 'predictions'>,
  training: Columns | undefined,
  spec: ModelSpec,
  { artifacts, scorer }: Needs<'artifacts' | 'scorer'>,
  signal: AbortSignal,
): Promise<PredictionEvidence | undefined> {
  if (predictions === undefined) return undefined;
  if (!training)
    return { problem: `The rows that ${model} v${number} was trained on cannot be read any more.` };
  try {
    const path = await artifacts.path(predictions.sha256);
    const { rows, answers } = await scorer.predictions(path, spec, training.labels.length);
    const width = spec.task.answer.width(spec.classes ?? []);
    const picked = spread(rows.length, ROWS);
    const theirs = Float64Array.from(
      picked.flatMap((at) => Array.from(answers.subarray(at * width, (at + 1) * width))),
    );
    const asked = pickRows(
      training,
      picked.map((at) => rows[at] ?? 0),
    );
    const ours = await scorer.score(artifact.sha256, asked, spec, {
      ...{ name: `${model} v${number}`, signal },
    });
    return { differences: differencesOf(theirs, ours, width) };
  } catch (error) {
    if (!(error instanceof NotFound || error instanceof Refused)) throw error;
    signal.throwIfAborted();
    const why = inWords(error);
    return { problem: `The predictions of the trainer could not be compared: ${why}` };
  }
}
