import { type RolloutJudgement, type RolloutState, stepOf } from '../../core/rollout.ts';

/** What becomes of a rollout: it stays at its step, goes on, pauses and asks, or ends. */
export type Move = 'stay' | 'next' | 'ask' | 'fail' | 'switch';

/** What a step's judgement leads to at that time. Pure. */
export function nextMove(
  rollout: RolloutState,
  judgement: Pick<RolloutJudgement, 'result'>,
  now: Date,
): Move {
  const step = stepOf(rollout);
  // The last step compares nothing any more: the switch was decided.
  if (step.weight === 100) return rollout.paused ? 'stay' : 'switch';
  if (judgement.result === 'fail') return 'fail';
  if (rollout.paused || now.getTime() < rollout.since.getTime() + step.forMs) return 'stay';
  if (judgement.result === 'pass' || rollout.accepted !== undefined) return 'next';
  return 'ask';
}

/** The rollout at its next step. */
export function atNextStep(
  { paused: _, accepted: __, ...rollout }: RolloutState,
  now: Date,
): RolloutState {
  return { ...rollout, step: rollout.step + 1, since: now };
}

export function paused(
  rollout: RolloutState,
  how: { by: string; why: string; asks: boolean },
  now: Date,
): RolloutState {
  return { ...rollout, paused: { ...how, at: now } };
}

/** What could not be told is accepted by whoever resumes a rollout that asked. */
export function resumed({ paused: was, ...rollout }: RolloutState, by: string): RolloutState {
  return { ...rollout, ...(was?.asks && { accepted: by }) };
}
