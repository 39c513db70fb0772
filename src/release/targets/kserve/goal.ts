import type { WantedState } from '../../../core/target.ts';
import { GivenUp } from '../../../core/target-errors.ts';
import { type Goal, isSame, type Plan, type Served, type Shown, servedAs } from './served.ts';
import type { Settings } from './settings.ts';

/** KServe splits by whole percents. The last step of a rollout is the switch, which comes as another stable version. */
const MOST = 99;
const weightIn = ({ weight, shadow }: NonNullable<WantedState['challenger']>): number =>
  shadow ? 0 : Math.min(weight, MOST);

export function goalOf(
  { challenger }: WantedState,
  stable: NonNullable<WantedState['stable']>,
  known: readonly (Served | undefined)[],
  doing: string,
): Goal {
  const weight = challenger ? weightIn(challenger) : 0;
  if (!Number.isInteger(weight))
    throw new GivenUp(`${doing}: KServe splits requests by whole percents, not by ${weight}%.`, {
      next: 'Nothing was changed. Set whole percents in the steps of the rollout.',
    });
  return {
    stable: servedAs(stable, known),
    challenger: challenger ? { served: servedAs(challenger, known), weight } : undefined,
  };
}

/** As it can show: nobody sees of a copy of requests, so a version in shadow has 0 percent. */
export const asWanted = ({ challenger, ...rest }: WantedState): WantedState => ({
  ...rest,
  challenger: challenger && { ...challenger, weight: weightIn(challenger) },
});

/** What the specification says when the goal is reached. */
export const lastPlan = ({ stable, challenger }: Goal, { mode }: Settings): Plan => {
  if (!challenger) return { predictor: stable };
  const { served, weight } = challenger;
  if (mode === 'knative') return { predictor: served, percent: weight };
  return { predictor: stable, canary: { served, percent: weight } };
};

export const isSamePlan = (one: Plan, other: Plan): boolean =>
  isSame(one.predictor, other.predictor) &&
  one.percent === other.percent &&
  one.canary?.percent === other.canary?.percent &&
  (one.canary === other.canary || isSame(one.canary?.served, other.canary?.served));

export function splitRefused(
  { served, weight }: NonNullable<Goal['challenger']>,
  { doing, limit, shown }: { doing: string; limit: number; shown: Shown | undefined },
): GivenUp {
  const seen = shown?.state.challenger;
  const share = seen ? `${seen.weight}%` : 'no version beside the stable one';
  const why = shown?.why === undefined ? 'KServe does not say why' : shown.why;
  return new GivenUp(
    `${doing}: v${served.version} must get ${weight}% of the requests, and after ${limit} seconds KServe shows ${share}. ${why}. It was taken back: the stable version gets all requests.`,
    { next: 'The rollout of the gateway goes on.' },
  );
}
