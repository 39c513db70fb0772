import type { Table } from '../core/card.ts';
import { carried, carriedDifference, figure, pValue, span } from '../core/figures.ts';
import type { Candidate, Probe, ProbedMetric } from '../core/probe.ts';

/*
 * What a probe found, in words. The sign of a difference is oriented: a plus is better, whatever the metric.
 */

const nameOf = ({ version }: Candidate): string =>
  version === undefined ? 'Retraining' : `v${version}`;

type Verdict = 'better' | 'worse' | 'no clear difference' | 'not compared';

/** By the 95% interval of the difference. */
function verdictOf({ found }: Candidate): Verdict {
  const { low, high } = found ?? {};
  if (low === undefined || high === undefined) return 'not compared';
  if (low > 0) return 'better';
  return high < 0 ? 'worse' : 'no clear difference';
}

const differenceOf = (found: ProbedMetric): string =>
  found.delta === undefined ? '–' : carriedDifference(found.delta, found);

function intervalOf({ low, high, ...found }: ProbedMetric): string {
  if (low === undefined || high === undefined) return '–';
  const interval = { ...found, low, high };
  return `${carriedDifference(low, interval)} to ${carriedDifference(high, interval)}`;
}

/** `Retraining: better, +0.012 (+0.006 to +0.019)`. */
function wordsOf(candidate: Candidate): string {
  const { found } = candidate;
  const verdict = verdictOf(candidate);
  if (!found || verdict === 'not compared') return `${nameOf(candidate)}: not compared`;
  return `${nameOf(candidate)}: ${verdict}, ${differenceOf(found)} (${intervalOf(found)})`;
}

/** All candidates in one line: `Brier score against v2: Retraining: better, …; v1: worse, …`. */
export function probeLine({ live, metric, candidates }: Probe): string {
  const of = `${metric.words}${metric.unit === undefined ? '' : ` in ${metric.unit}`}`;
  return `${of}, against v${live} (a plus is better): ${candidates.map(wordsOf).join('; ')}`;
}

/** What it means, in a sentence. */
export function probeHeadline({ live, candidates }: Probe): string {
  const better = candidates.filter((one) => verdictOf(one) === 'better');
  const [best] = better.toSorted((a, b) => (b.found?.delta ?? 0) - (a.found?.delta ?? 0));
  if (best?.version === undefined && best) return `Retraining would do better than v${live}`;
  if (best) return `v${best.version} would do better than v${live}`;
  return candidates.every((one) => verdictOf(one) === 'not compared')
    ? `Nothing could be compared with v${live}`
    : `Nothing found that does better than v${live}`;
}

export const isBetter = (probe: Probe): boolean =>
  probe.candidates.some((one) => verdictOf(one) === 'better');

/** How it was done, what could not be compared, and what it does not tell. */
export function probeText({ rows, from, to, candidates }: Probe): string {
  const trained = candidates.flatMap((one) => (one.trained ? [one.trained] : []))[0];
  const on = span({ from: new Date(from), to: new Date(to) });
  return [
    `Compared on the newest ${figure(rows)} labelled requests of the log, ${on}, each as it was sent.`,
    ...(trained
      ? [
          `Retrained for this on ${figure(trained.rows)} rows of ${span({ from: new Date(trained.from), to: new Date(trained.to) })}, with the default parameters; that model was not kept.`,
        ]
      : []),
    ...candidates.flatMap((one) =>
      one.fault === undefined ? [] : [`${nameOf(one)}: ${one.fault}`],
    ),
    'Rows that a model was trained on are left out. It is an estimate on few rows: train and compare before you promote.',
  ].join(' ');
}

export function probeTable({ live, metric, candidates }: Probe): Table {
  const unit = metric.unit === undefined ? '' : ` (${metric.unit})`;
  return {
    caption: `${metric.words}${unit}; a positive difference is better`,
    columns: ['Model', 'Rows', `v${live}`, 'It', 'Difference', '95% interval', 'p'],
    rows: candidates.map((candidate) => {
      const { found } = candidate;
      if (!found) return [nameOf(candidate), '–', '–', '–', '–', '–', '–'];
      const { rows, live: before, candidate: after, p, leastP } = found;
      return [
        nameOf(candidate),
        figure(rows),
        before === undefined ? '–' : carried(before, found),
        after === undefined ? '–' : carried(after, found),
        ...[differenceOf(found), intervalOf(found)],
        p === undefined ? '–' : pValue(p, leastP),
      ];
    }),
  };
}
