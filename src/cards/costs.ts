import type { Costs } from '../core/ports/approvals.ts';

/** `1.2 MB (v6: 1.1 MB) · p99 0.31 ms a row (v6: 0.29 ms)`: beside those of the champion, where there is one. */
export function costsInWords(
  { champion, ...own }: Costs & { champion?: Costs },
  name: string | undefined,
): string {
  const beside = (value: string | undefined) =>
    name === undefined || value === undefined ? '' : ` (${name}: ${value})`;
  const p99 = p99Of(own);
  return [
    `${sizeOf(own)}${beside(champion && sizeOf(champion))}`,
    ...(p99 === undefined ? [] : [`p99 ${p99} a row${beside(champion && p99Of(champion))}`]),
  ].join(' · ');
}

/** `1.2 MB`, `840 kB`. */
export function sizeOf({ bytes }: Costs): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000
    ? `${Math.round(bytes / 1000)} kB`
    : `${(bytes / 1e6).toPrecision(3)} MB`;
}

/** `0.31 ms`; undefined if it was not measured. */
export function p99Of({ latency }: Costs): string | undefined {
  return latency && `${Number(latency.p99.toPrecision(2))} ms`;
}

/** Size and speed as rows below the metrics of a comparison: side by side, and judged by no test. */
export function costRows(costs: readonly Costs[]): string[][] {
  const rest = ['–', '–', '–'];
  return [
    ['Model file', ...costs.map(sizeOf), ...rest],
    ['p99 of a row', ...costs.map((one) => p99Of(one) ?? '–'), ...rest],
  ];
}
