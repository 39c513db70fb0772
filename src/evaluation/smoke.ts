import { isScore } from '../core/score.ts';
import type { GateResult } from './gates.ts';
import { count } from './words.ts';

/** What became of asking a version its smoke test. */
export type Smoke =
  /** It was never judged, so it has no held-out rows of its own. */
  | { unjudged: true }
  /** It could not be asked: its rows are gone, its file does not load, it took too long. */
  | { problem: string }
  /** Its answers, one a row. */
  | { scores: ArrayLike<number> };

const SMOKE = 'smoke test';

/**
 * The gate that every version must pass, whatever `gates` says: it was evaluated, it loads, and it
 * answers each of its own held-out rows with a number from 0 to 1. `next` says what to do about a
 * failure.
 */
export function judgeSmoke(smoke: Smoke, next: string): GateResult {
  const problem = problemOf(smoke);
  const rows = 'scores' in smoke ? smoke.scores.length : 0;
  return {
    name: SMOKE,
    passed: problem === undefined,
    expected: 'a number from 0 to 1 for every row',
    actual: problem ?? 'as expected',
    words:
      problem === undefined
        ? `Answered ${count(rows)} of its held-out rows, each with a number from 0 to 1.`
        : `${sentence(problem)} ${next}`,
  };
}

/** What is wrong with it, as the end of a sentence; undefined where it passed. */
export function problemOf(smoke: Smoke): string | undefined {
  if ('unjudged' in smoke) return 'it was never evaluated';
  if ('problem' in smoke) return smoke.problem;
  const { scores } = smoke;
  if (scores.length === 0) return 'there was no row to ask it';
  const bad = Array.from(scores).filter((score) => !isScore(score));
  const [first] = bad;
  if (first === undefined) return undefined;
  const what = Number.isFinite(first) ? 'outside of 0 to 1' : 'not a finite number';
  return `it answered ${count(bad.length)} of ${count(scores.length)} rows with no usable score: the first is ${first}, ${what}`;
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}`;
}
