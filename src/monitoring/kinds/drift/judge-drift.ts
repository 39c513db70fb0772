import { type Profile, rowsOf } from '../../profile/profile.ts';
import {
  type DriftStatus,
  type FeatureDrift,
  type Judgeable,
  judgeFamily,
} from './judge-family.ts';
import { measureFeature } from './measure-feature.ts';
import { DEFAULTS, type DriftOptions } from './options.ts';
import type { Sequential } from './sequential.ts';

/** Profiles by name of column. */
export type Columns = Readonly<Record<string, Profile>>;

/** One window measured against its reference, before any threshold. */
export type DriftMeasurement = {
  rows: number;
  features: Judgeable[];
  predictions: Judgeable[];
  /** For `rule: budget`. */
  sequential?: Sequential | undefined;
};

/** The finding for one window; rule 4 (2 of the last 3 windows) is in `confirmDrift`. */
export type DriftJudgement = {
  rows: number;
  /** `alert` for drift of the data set or a severely drifted answer, `warn` for any other drift. */
  status: DriftStatus;
  features: FeatureDrift[];
  predictions: FeatureDrift[];
  datasetDrift: boolean;
  predictionDrift: boolean;
};

/**
 * Measures one window against the reference: every column of the reference, with features and `predictions`
 * separate. A column missing in the window counts as missing in every row; columns missing in the reference are
 * left out. Throws if a column was counted in different bins from its reference.
 */
export function measureDrift(
  reference: Columns,
  window: Columns,
  predictions: readonly string[],
): DriftMeasurement {
  const rows = Math.max(0, ...Object.values(window).map(rowsOf));
  const measured = Object.entries(reference).map(([name, profile]) => {
    const found = Object.hasOwn(window, name) ? window[name] : undefined;
    return measureFeature(name, profile, found, rows);
  });
  const isPrediction = ({ name }: { name: string }) => predictions.includes(name);
  return {
    rows,
    features: measured.filter((column) => !isPrediction(column)),
    predictions: measured.filter(isPrediction),
  };
}

/** Judges one window: features and predictions are separate families of tests. */
export function judgeWindow(measured: DriftMeasurement, options: DriftOptions): DriftJudgement {
  const features = judgeFamily(measured.features, options);
  const predictions = judgeFamily(measured.predictions, options);
  return {
    rows: measured.rows,
    features,
    predictions,
    ...judgeWhole(features, predictions, options),
  };
}

/** Measures and judges one window. */
export function judgeDrift(
  reference: Columns,
  window: Columns,
  given: Partial<DriftOptions> = {},
): DriftJudgement {
  const options = { ...DEFAULTS, ...given };
  return judgeWindow(measureDrift(reference, window, options.predictions), options);
}

/** Data-set drift: enough of the features, or one listed as important. */
export function judgeWhole(
  features: readonly FeatureDrift[],
  predictions: readonly FeatureDrift[],
  options: DriftOptions,
): Pick<DriftJudgement, 'status' | 'datasetDrift' | 'predictionDrift'> {
  const drifted = features.filter((feature) => feature.drifted);
  const datasetDrift =
    drifted.some(({ name }) => options.important.includes(name)) ||
    (drifted.length > 0 && drifted.length >= features.length * options.datasetShare);
  const moved = predictions.filter((prediction) => prediction.drifted);
  return {
    status: statusOf([...features, ...predictions], datasetDrift, moved),
    datasetDrift,
    predictionDrift: moved.length > 0,
  };
}

function statusOf(
  columns: readonly FeatureDrift[],
  datasetDrift: boolean,
  moved: readonly FeatureDrift[],
): DriftStatus {
  if (datasetDrift || moved.some((prediction) => prediction.status === 'alert')) return 'alert';
  if (columns.some((column) => column.drifted)) return 'warn';
  return columns.every((column) => column.status === 'insufficient data')
    ? 'insufficient data'
    : 'ok';
}
