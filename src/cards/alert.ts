import type { Action, Card, Tone } from '../core/card.ts';
import { span } from '../core/figures.ts';
import { toJson } from '../core/json.ts';
import type { Report } from '../core/monitor.ts';
import type { Alert } from '../core/ports/alerts.ts';
import type { State } from '../core/ports/replies.ts';
import type { Subject } from '../core/reply.ts';

export const alertSubject = (alert: { id: string }): Subject => `alert:${alert.id}`;

const TONES: Record<Alert['status'], Tone> = {
  open: 'warning',
  acknowledged: 'note',
  resolved: 'success',
};

/**
 * An alert, in the words of its monitor. No kind of monitor measures a loss yet, so nobody is mentioned by
 * name.
 */
export function alertState(
  alert: Alert,
  report: Report,
  { replacedBy }: { replacedBy?: number } = {},
): State {
  const card: Card = {
    title: `${alert.status === 'resolved' ? report.over.title : report.title} in ${alert.environment}`,
    tone: TONES[alert.status],
    text: textOf(alert, report, replacedBy),
    facts: [
      { label: 'Model', value: `${alert.model} v${alert.version}` },
      { label: 'Window', value: span(alert.window) },
      { label: 'Status', value: statusOf(alert) },
    ],
    pictures: alert.pictures,
    footer: `${alert.id} · monitor ${alert.monitor}`,
  };
  if (report.table && report.table.rows.length > 0) card.table = report.table;
  if (alert.status !== 'resolved') card.actions = actionsOf(alert, report);
  return {
    card,
    outcome: alert.status === 'resolved' ? 'done' : 'pending',
    data: toJson({ alert: { ...alert, summary: report.summary } }),
  };
}

/** In the thread of an open alert: another window had the same finding. */
export function alertAgain({ again }: Report): Card {
  return { ...again, tone: 'warning' };
}

function textOf({ status, version }: Alert, report: Report, replacedBy?: number): string {
  if (replacedBy !== undefined)
    return `v${version} is no longer live. Monitoring continues with v${replacedBy}.`;
  return status === 'resolved' ? report.over.text : report.summary;
}

function statusOf({ status, acknowledgedBy }: Alert): string {
  if (status === 'acknowledged') return `acknowledged by ${acknowledgedBy ?? 'someone'}`;
  return status === 'open' ? 'open, unacknowledged' : 'resolved';
}

/** The rollback refers to the version of the alert, not to one that went live since. */
function actionsOf(
  { id, model, environment, version, deployment, status }: Alert,
  { caution }: Report,
): Action[] {
  const acknowledge = { label: 'Acknowledge', command: 'acknowledge', argument: id } as const;
  return [
    ...(status === 'open' ? [acknowledge] : []),
    { label: 'Retrain', command: 'train', argument: model, style: 'primary' },
    {
      label: 'Roll back',
      command: 'rollback',
      argument: `${model} --from ${deployment ?? `v${version}`} --in ${environment}`,
      style: 'danger',
      confirm: caution,
    },
  ];
}
