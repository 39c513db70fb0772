import { figure } from '../core/figures.ts';
import type { PredictionEvidence } from '../core/gate.ts';
import type { Evaluation } from '../core/ports/versions.ts';
import type { Answers } from '../core/task.ts';

/** More than float32 costs, as a share of the largest answer. */
const NOTICED = 0.001;

const digits = (value: number): string => String(Number(value.toPrecision(2)));

/** The served file beside the training program, for the card of a training. */
export function agreementInWords({ rows, largest }: NonNullable<Evaluation['agreement']>): string {
  const apart = largest === 0 ? 'equal' : `at most ${digits(largest)} apart`;
  return `${figure(rows)} rows, ${apart}`;
}

/** What is worth a warning: rows that the served file answers differently from the training program. */
export function agreementWarnings(found: PredictionEvidence, answers: Answers): string[] {
  if ('problem' in found) return [found.problem];
  const { differences } = found;
  const scale = Array.from(answers).reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  const over = differences.filter((one) => one > NOTICED * scale).length;
  if (over === 0) return [];
  const most = digits(differences.at(-1) ?? Number.NaN);
  return [
    `The model file answers ${figure(over)} of ${figure(differences.length)} rows differently from the training program, at most ${most} apart: a step may exist only in training.`,
  ];
}
