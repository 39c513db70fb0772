import { z } from 'zod';
import type { Action, Card } from '../core/card.ts';
import { toJson } from '../core/json.ts';
import type { Alert } from '../core/ports/alerts.ts';
import type { State } from '../core/ports/replies.ts';
import type { Run } from '../core/ports/runs.ts';
import type { AlertProbe, Probe } from '../core/probe.ts';
import { isBetter, probeHeadline, probeLine, probeTable, probeText } from './probe-words.ts';
import { OUTCOMES, runData, runFacts, TONES } from './run.ts';

/** A probe in any state. */
export function probeState(run: Run, found?: Probe): State {
  const data = toJson({ run: runData(run), probe: found });
  const card: Card = {
    title: `Looking for a better ${run.model}`,
    tone: TONES[run.status],
    facts: runFacts(run),
    footer: run.id,
  };
  return { outcome: OUTCOMES[run.status], data, card: { ...card, ...partOf(run, found) } };
}

function partOf(run: Run, found: Probe | undefined): Partial<Card> {
  if (run.status === 'failed')
    return {
      title: `Looking for a better ${run.model} failed`,
      text: run.error ?? 'The run failed without an error message.',
      actions: [{ label: 'Show the log', command: 'logs', argument: run.id }],
    };
  if (run.status === 'cancelled')
    return { title: `Looking for a better ${run.model} was cancelled` };
  if (!found)
    return {
      progress: { share: run.share, words: run.stage },
      actions: [{ label: 'Cancel', command: 'cancel', argument: run.id }],
    };
  return {
    title: `${run.model}: ${probeHeadline(found)}`,
    tone: isBetter(found) ? 'success' : 'note',
    text: probeText(found),
    table: probeTable(found),
    actions: nextSteps(run, found),
  };
}

function nextSteps({ model }: Pick<Run, 'model'>, { candidates }: Probe): Action[] {
  const retrained = candidates.find(({ version }) => version === undefined)?.found;
  return (retrained?.low ?? 0) > 0
    ? [{ label: 'Retrain', command: 'train', argument: model, style: 'primary' }]
    : [];
}

/** For the thread of an alert. */
export function probed({ model }: Alert, { found, fault, run }: AlertProbe): Card {
  if (!found)
    return {
      title: `Looking for a better ${model} failed`,
      tone: 'note',
      text: `${fault ?? 'It failed without an error message.'} Nothing was changed.`,
      footer: run,
    };
  return {
    title: `${probeHeadline(found)}.`,
    tone: isBetter(found) ? 'success' : 'note',
    text: probeText(found),
    table: probeTable(found),
    footer: run,
  };
}

/** For the card of an alert, and who asks why. */
export const probeFact = ({ found, fault }: AlertProbe): string =>
  found ? `${probeHeadline(found)}. ${probeLine(found)}` : `Failed: ${fault ?? 'no error message'}`;

const Stored = z.custom<Probe>(
  (value) => typeof value === 'object' && value !== null && 'candidates' in value,
);

/** The result of a run as it was stored; undefined if it has none. */
export const probeOf = (run: Run): Probe | undefined => Stored.safeParse(run.result).data;
