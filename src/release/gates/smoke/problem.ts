import type { Timing } from '../../../core/ports/programs.ts';
import type { AnswerSpec, Answers, Classes } from '../../../core/task.ts';
import { count } from '../words.ts';

/** The outcome of a version's smoke test. */
export type Smoke =
  /** It was never evaluated, so it has no held-out rows. */
  | { unjudged: true }
  /** It could not be tested: its rows are gone, its file does not load, it took too long. */
  | { problem: string }
  | Answered;

type Answered = { answers: Answers; rows: number; classes: Classes; times?: Timing };

/** What is wrong with it, as the end of a sentence; undefined if it passed. */
export function problemOf(
  smoke: Smoke,
  { noun, fault }: Pick<AnswerSpec, 'noun' | 'fault'>,
): string | undefined {
  if ('unjudged' in smoke) return 'it was never evaluated';
  if ('problem' in smoke) return smoke.problem;
  const { answers, rows, classes } = smoke;
  if (rows === 0) return 'there was no row to ask it';
  let bad = 0;
  let first: string | undefined;
  for (let row = 0; row < rows; row += 1) {
    const found = fault(answers, row, classes);
    if (found === undefined) continue;
    bad += 1;
    first ??= found;
  }
  if (first === undefined) return undefined;
  return `it answered ${count(bad)} of ${count(rows)} rows with no usable ${noun}: the first is ${first}`;
}
