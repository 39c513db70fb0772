import type { Action, Card, Mark, Tone } from '../core/card.ts';
import { moment, span } from '../core/figures.ts';
import { toJson } from '../core/json.ts';
import type { Report } from '../core/monitor.ts';
import type { Alert } from '../core/ports/alerts.ts';
import type { State } from '../core/ports/replies.ts';
import type { Subject } from '../core/reply.ts';
import { sparkline } from '../core/sparkline.ts';
import { monitorsOf, othersFacts } from './alert-others.ts';
import { ranked } from './alert-why.ts';
import { causesFact, shownCauses } from './causes.ts';
import { probeFact } from './probe.ts';
import { runbookFact } from './runbook.ts';

export const alertSubject = (alert: { id: string }): Subject => `alert:${alert.id}`;

/** The message about a loss that joined an alert which only informed. */
export const lossSubject = (alert: { id: string }): Subject => `alert-loss:${alert.id}`;

const TONES: Record<Alert['status'], Tone> = {
  open: 'warning',
  acknowledged: 'note',
  resolved: 'success',
};

/** An alert, in the words of its monitor. It mentions nobody: only its escalation does, in the thread. */
export function alertState(
  alert: Alert,
  report: Report,
  nameOf: (person: string) => string = (person) => person,
  runbook?: string,
): State {
  const causes = shownCauses(alert);
  const cause = causes && causesFact(causes);
  const card: Card = {
    title: `${alert.status === 'resolved' ? report.over.title : report.title} in ${alert.environment}`,
    tone: TONES[alert.status],
    text: textOf(alert, report),
    facts: [
      { label: 'Model', value: `${alert.model} v${alert.version}` },
      { label: 'First seen', value: span(firstOf(alert)) },
      { label: 'Last seen', value: span(alert.newest) },
      { label: 'Windows', value: courseOf(alert) },
      ...othersFacts(alert),
      ...(cause === undefined ? [] : [{ label: 'Cause', value: cause }]),
      ...(alert.probe ? [{ label: 'Probe', value: probeFact(alert.probe) }] : []),
      ...(runbook === undefined ? [] : [runbookFact(alert, runbook)]),
      { label: 'Status', value: alertStatus(alert, nameOf) },
    ],
    pictures: alert.pictures,
    footer: `${alert.id} · ${monitorsOf(alert)}`,
  };
  const mark = markOf(alert);
  if (mark) card.mark = mark;
  if (report.table && report.table.rows.length > 0)
    card.table = ranked(report.table, alert.signals);
  if (alert.status !== 'resolved') card.actions = actionsOf(alert, report);
  return {
    card,
    outcome: alert.status === 'resolved' ? 'done' : 'pending',
    data: toJson({ alert: { ...alert, summary: report.summary } }),
  };
}

function markOf({ status, snooze }: Alert): Mark | undefined {
  if (status === 'resolved') return 'over';
  return status === 'acknowledged' || snooze ? 'taken' : undefined;
}

/** Windows of a monitor have one length. */
function firstOf({ window: { from }, newest }: Alert): Alert['window'] {
  return { from, to: new Date(from.getTime() + newest.to.getTime() - newest.from.getTime()) };
}

/** How many windows confirmed it, and how large it was in each evaluated window up to the newest. */
function courseOf({ windows, sizes }: Alert): string {
  return sizes.length > 1 ? `${windows}  ${sparkline(sizes)}` : String(windows);
}

function textOf({ status, version, replacedBy }: Alert, report: Report): string {
  if (replacedBy !== undefined)
    return `v${version} is no longer live. Monitoring continues with v${replacedBy}.`;
  return status === 'resolved' ? report.over.text : report.summary;
}

/** Whether somebody took or snoozed it, in words. */
export function alertStatus(
  { status, acknowledgedBy, snooze }: Alert,
  nameOf: (id: string) => string,
): string {
  if (status === 'resolved') return 'resolved';
  const taken =
    status === 'open'
      ? 'open, unacknowledged'
      : `acknowledged by ${acknowledgedBy === undefined ? 'someone' : nameOf(acknowledgedBy)}`;
  if (!snooze) return taken;
  const end = snooze.until ? `${moment(snooze.until)} UTC` : 'it changes';
  return `${taken}; snoozed by ${nameOf(snooze.by)} until ${end}`;
}

/** The rollback refers to the version of the alert, not to one that went live since. */
function actionsOf(
  { id, model, environment, version, deployment, status, snooze, grade }: Alert,
  { caution }: Report,
): Action[] {
  const about = (label: string, command: string, more = '') => ({
    ...{ label, command, argument: `${id}${more}` },
  });
  const snoozes = snooze
    ? [about('End the snooze', 'snooze', ' off')]
    : [
        about('Snooze 1 h', 'snooze', ' 1h'),
        about('Snooze 1 day', 'snooze', ' 1d'),
        about('Snooze until it changes', 'snooze', ' change'),
      ];
  return [
    ...(status === 'open' ? [about('Acknowledge', 'acknowledge')] : []),
    about('Why', 'why'),
    ...(grade === 'harm'
      ? [{ label: 'Probe', command: 'probe', argument: `${model} --alert ${id}` }]
      : []),
    { label: 'Retrain', command: 'train', argument: model, style: 'primary' },
    {
      label: 'Roll back',
      command: 'rollback',
      argument: `${model} --from ${deployment ?? `v${version}`} --in ${environment}`,
      style: 'danger',
      confirm: caution,
    },
    ...snoozes,
  ];
}
