/** The quantile `share` of the values; NaN if there are none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
export const millis = (value: number): string => `${value.toFixed(value < 100 ? 1 : 0)} ms`;
