import type { Card } from '../core/card.ts';
import type { Period } from '../core/digest.ts';
import { moment, plural } from '../core/figures.ts';
import { toJson } from '../core/json.ts';
import type { Alert } from '../core/ports/alerts.ts';
import type { Deployment } from '../core/ports/deployments.ts';
import type { State } from '../core/ports/replies.ts';
import type { Subject } from '../core/reply.ts';
import { type ModelWeek, weekInWords } from './week.ts';

export const digestSubject = ({ key }: Pick<Period, 'key'>): Subject => `digest:${key}`;

/** A monitor in the period of a digest. */
export interface Monitored {
  model: string;
  environment: string;
  monitor: string;
  /** Evaluated windows, and those with an alert. */
  windows: number;
  alerting: number;
}

export interface Digested {
  /** Open for some of the period. */
  alerts: readonly Alert[];
  /** Went live in it, newest first. */
  deployments: readonly Deployment[];
  monitors: readonly Monitored[];
  /** Of a weekly one: what each model did, for people who do not run it. */
  weeks?: readonly ModelWeek[];
}

/** As many rows and lines as a message shows in full. */
const MOST = 20;

export function digestState(
  { kind, from, to }: Period,
  { alerts, deployments, monitors, weeks = [] }: Digested,
  nameOf: (person: string) => string,
): State {
  const within = (time: Date | undefined) => time !== undefined && time >= from && time < to;
  const fired = alerts.filter(({ openedAt }) => within(openedAt));
  const figures = {
    fired: fired.length,
    harm: fired.filter(({ grade }) => grade === 'harm').length,
    acknowledged: fired.filter(({ acknowledgedBy }) => acknowledgedBy !== undefined).length,
    actedOn: fired.filter(wasActedOn).length,
    escalated: alerts.filter(({ escalation }) => within(escalation?.at)).length,
    over: alerts.filter(({ resolvedAt }) => within(resolvedAt)).length,
    open: alerts.filter(({ resolvedAt }) => !resolvedAt || resolvedAt >= to).length,
  };
  const busy = monitors.filter(({ alerting }) => alerting > 0);
  const card: Card = {
    title: `${kind === 'day' ? 'Daily' : 'Weekly'} digest: ${summaryOf(figures, deployments.length)}`,
    tone: 'note',
    ...(weeks.length > 0 && { text: weeks.map(weekInWords).join('\n\n') }),
    facts: [
      { label: 'Period (UTC)', value: `${moment(from)} to ${moment(to)}` },
      { label: 'Alerts', value: `${figures.fired} fired, ${figures.harm} of them about harm` },
      {
        label: 'Of those',
        value: `${figures.acknowledged} acknowledged, ${figures.actedOn} acted on`,
      },
      { label: 'Escalated', value: String(figures.escalated) },
      { label: 'Over', value: String(figures.over) },
      { label: 'Still open', value: String(figures.open) },
      { label: 'Deployments', value: deploymentsIn(deployments, nameOf) },
      {
        label: 'Monitors',
        value: `${plural(monitors.length, 'monitor')}, ${busy.length} with a problem`,
      },
    ],
  };
  if (busy.length > 0)
    card.table = {
      caption: 'Monitors with a problem',
      columns: ['Monitor', 'Environment', 'Windows', 'With a problem'],
      rows: busy
        .toSorted((a, b) => b.alerting - a.alerting)
        .slice(0, MOST)
        .map(({ model, monitor, environment, windows, alerting }) => [
          ...[`${model}/${monitor}`, environment, String(windows), String(alerting)],
        ]),
    };
  return { card, outcome: 'done', data: toJson({ kind, from, to, ...figures, monitors }) };
}

/** Somebody did more than to look at it: another version, or a snooze. */
function wasActedOn({ handled, carried, replacedBy }: Alert): boolean {
  return handled === true || carried !== undefined || replacedBy !== undefined;
}

function summaryOf({ fired, open }: { fired: number; open: number }, deployed: number): string {
  return [
    fired === 0 ? 'no alerts' : plural(fired, 'alert'),
    `${open} still open`,
    deployed === 0 ? 'no deployments' : plural(deployed, 'deployment'),
  ].join(', ');
}

function deploymentsIn(all: readonly Deployment[], nameOf: (person: string) => string): string {
  const lines = all
    .slice(0, MOST)
    .map(
      ({ model, version, environment, kind, by }) =>
        `${model} v${version} ${kind === 'rollback' ? 'restored' : 'live'} in ${environment} (${nameOf(by)})`,
    );
  const more = all.length - lines.length;
  return [...lines, ...(more > 0 ? [`${more} more`] : [])].join('; ') || 'none';
}
