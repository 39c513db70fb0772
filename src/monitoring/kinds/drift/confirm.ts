import { confirm } from '../../confirm.ts';
import { type DriftJudgement, judgeWhole } from './judge-drift.ts';
import type { FeatureDrift } from './judge-family.ts';
import { DEFAULTS, type DriftOptions } from './options.ts';

/** The part of an earlier judgement that is stored. */
export type EarlierJudgement = {
  features: readonly Pick<FeatureDrift, 'name' | 'drifted' | 'status'>[];
  predictions: readonly Pick<FeatureDrift, 'name' | 'drifted' | 'status'>[];
};

/**
 * The latest judgement with rule 4 applied to each column, and the overall status derived from what was
 * confirmed. `earlier` is oldest first. Unconfirmed columns keep their numbers and reasons and are `ok`.
 */
export function confirmDrift(
  earlier: readonly EarlierJudgement[],
  latest: DriftJudgement,
  given: Partial<DriftOptions> = {},
  windows: { need?: number; of?: number } = {},
): DriftJudgement {
  const options = { ...DEFAULTS, ...given };
  const over = (family: 'features' | 'predictions') =>
    latest[family].map((column): FeatureDrift => {
      if (column.status === 'insufficient data') return column;
      const history = earlier.flatMap((judgement) =>
        judgement[family]
          .filter(({ name, status }) => name === column.name && status !== 'insufficient data')
          .map(({ drifted }) => drifted),
      );
      const drifted = column.drifted && confirm(history, true, windows);
      return { ...column, drifted, status: drifted ? column.status : 'ok' };
    });
  const features = over('features');
  const predictions = over('predictions');
  return { ...latest, features, predictions, ...judgeWhole(features, predictions, options) };
}
