import type { ShareName, ShareTest } from '../../profile/shares.ts';
import { adjustedBy } from '../../statistics/tests.ts';
import type { Distances, Measured } from './measure-feature.ts';
import type { DriftOptions } from './options.ts';

export type DriftStatus = 'ok' | 'warn' | 'alert' | 'insufficient data';

/** What changed: the distribution of the values, or the share of a certain kind of value. */
type DriftReason = 'distribution' | ShareName;

/** One column's part of a finding. Distances are undefined if a side has no values. */
export type FeatureDrift = { [K in Exclude<keyof Distances, 'p'>]?: number | undefined } & {
  name: string;
  rows: number;
  status: DriftStatus;
  drifted: boolean;
  reasons: DriftReason[];
  /** The reference is constant: tested by the share of rows with another value. */
  constant: boolean;
  /** Undefined if the distribution was not tested. */
  p?: number | undefined;
  adjustedP?: number | undefined;
  nullShare: number;
  nanShare: number;
  infiniteShare: number;
  /** Undefined if the bins cannot distinguish seen from unseen values. */
  unseenShare?: number | undefined;
};

/** A measured column, or one that an earlier release judged when it measured it. */
export type Judgeable = Measured | FeatureDrift;

type Severity = 0 | 1 | 2;

/**
 * Judges the columns of one family by rules 1 to 3: effect at or above its threshold, adjusted p within alpha,
 * enough rows. Distributions and shares are adjusted separately, so that testing missing values does not make
 * drift harder to detect.
 */
export function judgeFamily(family: readonly Judgeable[], options: DriftOptions): FeatureDrift[] {
  const enough = family
    .filter((feature) => 'shares' in feature)
    .filter((feature) => feature.rows >= options.minRows);
  const distributions = adjustedBy(
    enough.filter(({ distances, values }) => distances && values >= options.minRows),
    (feature) => feature.distances?.p,
  );
  const shares = adjustedBy(
    enough.flatMap((feature) => feature.shares),
    (share) => share.p,
  );
  return family.map((feature) => {
    if (!('shares' in feature)) return feature;
    const adjustedP = distributions.get(feature);
    const found = new Map<DriftReason, Severity>();
    if ((adjustedP ?? 1) <= options.alpha) found.set('distribution', effect(feature, options));
    for (const share of feature.shares) {
      if ((shares.get(share) ?? 1) <= options.alpha)
        found.set(share.name, shareEffect(share, options));
    }
    const reasons = [...found].flatMap(([reason, severity]) => (severity > 0 ? [reason] : []));
    const severity = Math.max(0, ...found.values());
    const unjudged = adjustedP === undefined && reasons.length === 0;
    const { p, ...distances } = feature.distances ?? { p: undefined };
    return {
      name: feature.name,
      rows: feature.rows,
      status: unjudged
        ? 'insufficient data'
        : severity === 2
          ? 'alert'
          : severity === 1
            ? 'warn'
            : 'ok',
      drifted: reasons.length > 0,
      reasons,
      constant: feature.constant,
      ...distances,
      p: adjustedP === undefined ? undefined : p,
      adjustedP,
      nullShare: windowShare(feature, 'null') ?? 0,
      nanShare: windowShare(feature, 'nan') ?? 0,
      infiniteShare: windowShare(feature, 'infinite') ?? 0,
      unseenShare: windowShare(feature, 'unseen'),
    };
  });
}

/** A changed constant is always an alert: any change of a constant is large. */
function effect({ constant, distances }: Measured, options: DriftOptions): Severity {
  if (distances === undefined) return 0;
  if (constant) return distances.largestChange > options.constantTolerance ? 2 : 0;
  const size = distances[options.measure];
  return size >= options.alert ? 2 : size >= options.warn ? 1 : 0;
}

/** An alert at twice the tolerance, just as PSI alerts at twice its warning. */
function shareEffect({ name, reference, window }: ShareTest, options: DriftOptions): Severity {
  const tolerance = {
    null: options.nullTolerance,
    nan: options.unusableTolerance,
    infinite: options.unusableTolerance,
    unseen: options.unseenTolerance,
  }[name];
  const excess = Math.abs(window - reference) / tolerance;
  return excess >= 2 ? 2 : excess >= 1 ? 1 : 0;
}

function windowShare(feature: Measured, name: ShareName): number | undefined {
  return feature.shares.find((share) => share.name === name)?.window;
}
