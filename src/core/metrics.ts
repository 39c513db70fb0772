import type { Margin, MetricShape } from './task.ts';

/**
 * `log_loss` as evaluations store it, `logLoss`; other names are unchanged, as is the class in
 * `recall[very_late]`.
 */
export function metricName(word: string): string {
  const [, name = '', of = ''] = /^([^[]*)(.*)$/s.exec(word) ?? [];
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()) + of;
}

/** The inverse, for people who write a file: `log_loss` of `logLoss`. */
export function writtenMetric(name: string): string {
  const [, metric = '', of = ''] = /^([^[]*)(.*)$/s.exec(name) ?? [];
  return metric.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) + of;
}

/**
 * How much worse than the champion still counts as not worse, in the metric's unit: the configured margin,
 * otherwise the metric's own, which may be a share of the champion's value.
 */
export function marginOf(
  { name, margin }: Pick<MetricShape, 'name' | 'margin'>,
  configured: Margin | undefined,
  champion: number | undefined,
): number {
  const said = typeof configured === 'number' ? configured : configured?.[name];
  if (said !== undefined) return said;
  return 'absolute' in margin ? margin.absolute : margin.share * Math.abs(champion ?? 0);
}

/** Metrics that are named after a person. */
const NAMED_AFTER = /^Brier\b/;

/** The words of a metric within a sentence: `log loss`. Acronyms and names stay as they are. */
export function withinSentence(words: string): string {
  return /^\p{Lu}\p{Ll}/u.test(words) && !NAMED_AFTER.test(words)
    ? words.charAt(0).toLowerCase() + words.slice(1)
    : words;
}
