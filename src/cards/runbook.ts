import type { Card, Fact } from '../core/card.ts';
import type { Alert } from '../core/ports/alerts.ts';

/** Whether a runbook is a page somewhere else rather than its steps. */
const isAddress = (runbook: string): boolean => /^https?:\/\/\S+$/.test(runbook);

/** On the card of an alert: the page itself, or the command that shows the steps. */
export const runbookFact = (
  { model, environment, kind }: Pick<Alert, 'model' | 'environment' | 'kind'>,
  runbook: string,
): Fact => ({
  label: 'Runbook',
  value: isAddress(runbook) ? runbook : `/runbook ${model} ${kind} --in ${environment}`,
});

/** The runbooks of a model in an environment, by the kind of monitor; `kind`: the one that was asked for. */
export function runbookCard(
  { model, environment }: Pick<Alert, 'model' | 'environment'>,
  runbooks: Readonly<Record<string, string>>,
  kind?: string,
): Card {
  const of = `${model} in ${environment}`;
  const one = kind === undefined ? undefined : runbooks[kind];
  if (one !== undefined) return { title: `Runbook for ${kind}: ${of}`, tone: 'note', text: one };
  const kinds = Object.entries(runbooks);
  if (kinds.length === 0 || kind !== undefined)
    return {
      title: `There is no runbook${kind === undefined ? '' : ` for ${kind}`}: ${of}`,
      tone: 'note',
      text: 'Write one under `runbooks` of the model or its environment in wheelhouse.yaml.',
    };
  return {
    title: `Runbooks: ${of}`,
    tone: 'note',
    facts: kinds.map(([label, runbook]) => ({
      label,
      value: isAddress(runbook) ? runbook : `/runbook ${model} ${label} --in ${environment}`,
    })),
  };
}
