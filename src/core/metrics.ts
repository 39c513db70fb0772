/** What is measured of a version, and between what it lies. `max` is undefined where nothing bounds it. */
export const METRIC_RANGES: Readonly<Record<string, { min: number; max: number | undefined }>> = {
  auc: { min: 0, max: 1 },
  accuracy: { min: 0, max: 1 },
  f1: { min: 0, max: 1 },
  precision: { min: 0, max: 1 },
  recall: { min: 0, max: 1 },
  logLoss: { min: 0, max: undefined },
  brier: { min: 0, max: 1 },
};

/** `log_loss` as the code calls it, `logLoss`; another name stays as it is. */
export function metricName(word: string): string {
  return word.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
