import type { CurvePoint, EvaluationReport, Threshold } from '../../core/evaluation-report.ts';

/** A threshold on the curves of a yes-or-no model. */
export interface OperatingPoint extends Omit<CurvePoint, 'precision'> {
  /** Which threshold it is. */
  as: 'metrics' | 'cost';
  /** Undefined if it never answers yes. */
  precision: number | undefined;
}

/** Where the metrics are measured, and where the declared cost says to answer yes. */
export function operatingPoints({
  curves = [],
  decision,
}: Pick<EvaluationReport, 'curves' | 'decision'>): OperatingPoint[] {
  const [curve] = curves;
  if (!curve || !decision) return [];
  const { rows, positives } = curve;
  const pointOf = (as: OperatingPoint['as'], threshold: Threshold): OperatingPoint => {
    const found = positives - threshold.falseNegatives;
    const yes = found + threshold.falsePositives;
    return {
      ...{ as, threshold: threshold.at, recall: found / positives },
      falseAlarms: threshold.falsePositives / (rows - positives),
      precision: yes > 0 ? found / yes : undefined,
    };
  };
  return [pointOf('metrics', decision.usual), pointOf('cost', decision.implied)];
}
