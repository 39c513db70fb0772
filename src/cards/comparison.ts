import { z } from 'zod';
import type { Card, Picture, Tone } from '../core/card.ts';
import { plural } from '../core/figures.ts';
import { toJson } from '../core/json.ts';
import type { State } from '../core/ports/replies.ts';
import type { Run } from '../core/ports/runs.ts';
import { OUTCOMES, runData, runFacts, TONES } from './run.ts';

/** A comparison in any state. */
export function comparisonState(run: Run, result?: ComparisonResult): State {
  const [champion, ...challengers] = run.versions;
  const challenger = challengers.map((version) => `v${version}`).join(', ');
  const names = `${challenger} against v${champion}`;
  const base: Card = {
    title: `Comparing ${run.model} ${names}`,
    tone: TONES[run.status],
    facts: runFacts(result ? { ...run, window: daysOf(result) ?? run.window } : run),
    footer: run.id,
  };
  const state = {
    // A challenger that is worse, or not shown to be as good, is a failure for a caller that waits.
    outcome: result && !result.promotable ? ('refused' as const) : OUTCOMES[run.status],
    data: toJson(result ? { ...result.data, run: runData(run) } : { run: runData(run) }),
  };
  if (run.status === 'failed')
    return {
      ...state,
      card: {
        ...base,
        title: `${base.title} failed`,
        text: run.error ?? 'The run failed without an error message.',
      },
    };
  if (run.status === 'cancelled')
    return { ...state, card: { ...base, title: `${base.title} was cancelled` } };
  if (!result)
    return {
      ...state,
      card: {
        ...base,
        progress: { share: run.share, words: run.stage },
        actions: [{ label: 'Cancel', command: 'cancel', argument: run.id }],
      },
    };
  return {
    ...state,
    card: {
      ...base,
      title: result.title ?? `${run.model} ${challenger} is ${result.words} v${champion}`,
      tone: result.tone,
      text: result.text,
      table: {
        ...result.table,
        caption: `Metrics of ${challengers.length > 1 ? 'all' : 'both'} versions of ${run.model}`,
      },
      folded: {
        title: `Evidence: ${plural(result.table.rows.length, 'figure')}${result.pictures.length > 0 ? ' and a chart' : ''}`,
      },
      pictures: result.pictures,
      actions: (result.promote ?? (result.promotable ? challengers : [])).map((version, at) => ({
        label: `Request promotion of v${version}`,
        command: 'promote',
        argument: `${run.model} ${version}${run.environment ? ` --to ${run.environment}` : ''}`,
        ...(at === 0 && { style: 'primary' as const }),
      })),
    },
  };
}

const Dataset = z.object({ window: z.object({ from: z.coerce.date(), to: z.coerce.date() }) });

/** The days that were used, which may be others than those of the run. */
function daysOf({ data }: ComparisonResult): Run['window'] | undefined {
  return Dataset.safeParse(data['dataset']).data?.window;
}

export interface ComparisonResult {
  data: Record<string, unknown>;
  words: string;
  tone: Tone;
  text: string;
  table: NonNullable<Card['table']>;
  pictures: Picture[];
  promotable: boolean;
  /** For several challengers: the title, and which of them may be promoted, the best first. */
  title?: string | undefined;
  promote?: number[] | undefined;
}
