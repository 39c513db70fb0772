import { z } from 'zod';
import type { Card } from '../core/card.ts';
import {
  carried,
  carriedDifference,
  figure,
  percent,
  pValue,
  rounded,
  span,
} from '../core/figures.ts';
import { toJson } from '../core/json.ts';
import type { State } from '../core/ports/replies.ts';
import type { Run } from '../core/ports/runs.ts';
import type { WhatIf } from '../core/what-if.ts';
import { OUTCOMES, runData, runFacts, TONES } from './run.ts';

/** What the card needs of a result: stored with the run. */
export interface WhatIfResult {
  whatIf: WhatIf;
  /** Words and unit by name of metric. */
  words: Record<string, { words: string; unit?: string }>;
  unit?: string;
}

/** Logged requests sent through a version, in any state. */
export function whatIfState(run: Run, result?: WhatIfResult): State {
  const [version] = run.versions;
  const base: Card = {
    title: `What if ${run.model} v${version} had answered`,
    tone: TONES[run.status],
    facts: runFacts(run),
    footer: run.id,
  };
  const data = toJson(result ? { ...result.whatIf, run: runData(run) } : { run: runData(run) });
  return { outcome: OUTCOMES[run.status], data, card: { ...base, ...partOf(run, result) } };
}

function partOf(run: Run, result: WhatIfResult | undefined): Partial<Card> {
  const [version] = run.versions;
  const asked = `${run.model} v${version}`;
  if (run.status === 'failed')
    return {
      title: `Asking ${asked} failed`,
      text: run.error ?? 'The run failed without an error message.',
    };
  if (run.status === 'cancelled') return { title: `Asking ${asked} was cancelled` };
  if (!result)
    return {
      title: `Asking ${asked} what was asked before`,
      progress: { share: run.share, words: run.stage },
      actions: [{ label: 'Cancel', command: 'cancel', argument: run.id }],
    };
  const { whatIf } = result;
  const table = tableOf(result);
  return {
    text: sentences(run, result).join('\n'),
    tone: whatIf.same.different > 0 ? 'warning' : 'success',
    ...(table && { table }),
  };
}

function sentences(run: Run, { whatIf, unit }: WhatIfResult): string[] {
  const { rows, skipped, same, flipped, changed, comparison } = whatIf;
  const behind = unit === undefined ? '' : ` ${unit}`;
  const lines: string[] = [];
  if (rows === 0) lines.push(`No other version answered requests of ${span(run.window)}.`);
  else if (flipped)
    lines.push(
      `${figure(flipped.rows)} of ${count(rows, 'decision')} would have been different (${percent(flipped.rows / rows)}).`,
    );
  else if (changed)
    lines.push(
      `${count(rows, 'answer')} would have differed by ${rounded(changed.distance)}${behind} on average; the mean changes by ${changed.mean < 0 ? '−' : '+'}${rounded(Math.abs(changed.mean))}${behind}.`,
    );
  if (comparison)
    lines.push(
      `On the ${figure(comparison.rows)} of them with labels that it was not trained on, it is ${VERDICTS[comparison.verdict]} what was served.`,
    );
  else if (rows > 0) lines.push('Too few of them have labels to say which answers were better.');
  if (same.rows > 0)
    lines.push(
      same.different === 0
        ? `It answered ${count(same.rows, 'request')} itself, and gives the same answers again, bit for bit.`
        : `It answered ${count(same.rows, 'request')} itself, and now answers ${figure(same.different)} of them differently: with another file, another runtime or on another machine.`,
    );
  if (skipped > 0)
    lines.push(
      `Left out: ${count(skipped, 'request')} without a feature of the version, or without a usable answer.`,
    );
  return lines;
}

const count = (of: number, one: string): string => `${figure(of)} ${of === 1 ? one : `${one}s`}`;

const VERDICTS = {
  better: 'better than',
  'not worse': 'not worse than',
  worse: 'worse than',
  inconclusive: 'not told apart from',
} as const;

/** Performance if there are labels, otherwise where decisions would have been different. */
function tableOf({ whatIf, words }: WhatIfResult): Card['table'] {
  const { comparison, flipped } = whatIf;
  if (comparison)
    return {
      caption: 'Metrics of what was served, and of the version',
      columns: ['Metric', 'Served', 'Version', 'Difference (95% interval)', 'p'],
      rows: comparison.metrics.flatMap((metric) => {
        const { name, champion, challenger, delta, low, high, p, leastP } = metric;
        const { words: said = name, unit } = words[name] ?? {};
        if (champion === undefined || challenger === undefined || delta === undefined) return [];
        const interval =
          low === undefined || high === undefined
            ? ''
            : ` (${carriedDifference(low, metric)} to ${carriedDifference(high, metric)})`;
        return [
          [
            unit === undefined ? said : `${said} (${unit})`,
            carried(champion, metric),
            carried(challenger, metric),
            `${carriedDifference(delta, metric)}${interval}`,
            p === undefined ? '–' : pValue(p, leastP),
          ],
        ];
      }),
    };
  if (!flipped || flipped.slices.length === 0) return undefined;
  return {
    caption: 'Where decisions would have been different',
    columns: ['Slice', 'Requests', 'Different', 'Share'],
    rows: flipped.slices.map(({ column, value, rows, flipped: others }) => [
      `${column} = ${value}`,
      figure(rows),
      figure(others),
      percent(others / rows),
    ]),
  };
}

const Stored = z.custom<WhatIfResult>(
  (value) => typeof value === 'object' && value !== null && 'whatIf' in value && 'words' in value,
);

/** The result of a run as it was stored; undefined if it has none. */
export const whatIfOf = (run: Run): WhatIfResult | undefined => Stored.safeParse(run.result).data;
