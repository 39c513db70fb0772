import { z } from 'zod';
import type { Action, Card, Tone } from '../core/card.ts';
import { pValue, span } from '../core/figures.ts';
import { toJson } from '../core/json.ts';
import type { Alert } from '../core/ports/alerts.ts';
import type { State } from '../core/ports/replies.ts';
import type { Subject } from '../core/reply.ts';

export const alertSubject = (alert: { id: string }): Subject => `alert:${alert.id}`;

const TONES: Record<Alert['status'], Tone> = {
  open: 'warning',
  acknowledged: 'note',
  resolved: 'success',
};

/** Drift without a measured loss is news, not an emergency: nobody is mentioned. */
export function alertState(alert: Alert, ended?: string): State {
  const rows = rowsOf(alert);
  const card: Card = {
    title: titleOf(alert),
    tone: TONES[alert.status],
    text: ended ?? textOf(alert),
    facts: [
      { label: 'Model', value: `${alert.model} v${alert.version}` },
      { label: 'Window', value: span(alert.window) },
      { label: 'Status', value: statusOf(alert) },
    ],
    pictures: alert.pictures,
    footer: `${alert.id} · monitor ${alert.monitor}`,
  };
  if (rows.length > 0) card.table = { columns: ['Column', 'PSI', 'adjusted p', 'Verdict'], rows };
  if (alert.status !== 'resolved') card.actions = actionsOf(alert);
  return {
    card,
    outcome: alert.status === 'resolved' ? 'done' : 'pending',
    data: toJson({ alert }),
  };
}

const Evidence = z.object({
  columns: z.array(
    z.object({
      name: z.string(),
      psi: z.number().optional(),
      adjustedP: z.number().optional(),
      drifted: z.boolean(),
      status: z.string(),
    }),
  ),
});

function rowsOf({ evidence }: Alert): string[][] {
  const { columns } = Evidence.safeParse(evidence).data ?? { columns: [] };
  return columns.map(({ name, psi, adjustedP, drifted, status }) => [
    name,
    psi === undefined ? '–' : psi.toFixed(3),
    adjustedP === undefined ? '–' : pValue(adjustedP),
    drifted ? 'drifted' : status === 'insufficient data' ? status : 'steady',
  ]);
}

function titleOf(alert: Alert): string {
  if (alert.status === 'resolved') return `The data of ${alert.model} is back to normal`;
  return `The data of ${alert.model} has drifted`;
}

function textOf({ status, summary, window }: Alert): string {
  if (status !== 'resolved') return summary;
  return `It had drifted from ${span(window)}; the windows since then look like the training data again. What was said then: ${summary}`;
}

function statusOf({ status, acknowledgedBy }: Alert): string {
  if (status === 'acknowledged') return `acknowledged by ${acknowledgedBy ?? 'somebody'}`;
  return status === 'open' ? 'open, nobody has taken it yet' : 'resolved';
}

/** The rollback means what the alert is about, and nothing that went live since. */
function actionsOf({ id, model, version, deployment, status }: Alert): Action[] {
  const acknowledge = { label: 'Acknowledge', command: 'acknowledge', argument: id } as const;
  return [
    ...(status === 'open' ? [acknowledge] : []),
    { label: 'Retrain', command: 'train', argument: model, style: 'primary' },
    {
      label: 'Roll back',
      command: 'rollback',
      argument: `${model} --from ${deployment ?? `v${version}`}`,
      style: 'danger',
      confirm: `Put the version before back into production? Drift of the data rarely ends with an older model.`,
    },
  ];
}
