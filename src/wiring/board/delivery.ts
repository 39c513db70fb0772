import { deliveredOf } from '../../../commands/steps/delivered.ts';
import { deliveryFacts } from '../../cards/stats.ts';
import type { ModelBoard } from '../../core/board.ts';
import { deliveryFigures, USUAL_DAYS, usualPeriod } from '../../release/figures.ts';
import type { BoardParts } from './parts.ts';
import { shared } from './shared.ts';

/** They are medians of weeks, and read thousands of documents. */
const SHARED_MS = 60_000;
const MOST = 200;

/**
 * What `/stats` shows of an endpoint, over the same period. `changed` names its newest change: after another one the
 * figures are taken again at once.
 */
export type Delivery = (
  model: string,
  environment: string,
  changed: readonly (string | undefined)[],
) => Promise<ModelBoard['delivery']>;

export function createDelivery(parts: BoardParts): Delivery {
  const { clock } = parts;
  return shared(
    async (model, environment) => {
      const delivered = await deliveredOf(model, environment, parts);
      const figures = deliveryFigures([delivered], usualPeriod(clock.now()));
      if (figures.deployments === 0 && figures.approve.count === 0) return null;
      return { days: USUAL_DAYS, figures: deliveryFacts(figures) };
    },
    { ms: SHARED_MS, most: MOST, now: () => clock.now().getTime() },
  );
}
