import type { Endpoint } from '../core/endpoint.ts';
import { figure, moment, plural } from '../core/figures.ts';
import type { Alert } from '../core/ports/alerts.ts';
import type { Deployment } from '../core/ports/deployments.ts';

/** What a model did in a week, for people who do not run it. */
export interface ModelWeek extends Endpoint {
  /** What it is for, as the workspace file says. */
  summary?: string | undefined;
  /** The version that is live at the end of the week. */
  live?: number | undefined;
  /** Requests for predictions, and those that failed through no fault of the caller. */
  requests: number;
  failures: number;
  /** Went live in the week, oldest first. */
  switched: readonly Deployment[];
  /** About a measured or estimated loss, open for some of the week. */
  losses: readonly Pick<Alert, 'resolvedAt'>[];
  /** New data: files that were accepted, and those that were left out. */
  accepted: number;
  leftOut: number;
  /** Versions that wait for approval. */
  waiting: number;
  end: Date;
}

/** A paragraph without terms of the trade: what it answered, what changed, whether it was right, what waits. */
export function weekInWords(week: ModelWeek): string {
  const { model, environment, summary, live } = week;
  const what = summary === undefined || summary === '' ? '' : ` (${summary.replace(/[.]$/, '')})`;
  if (live === undefined) return `${model} in ${environment}${what} is not in use now.`;
  return [
    `${model} in ${environment}${what} ${answered(week)}`,
    changed(week),
    quality(week),
    newData(week),
    waits(week),
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function answered({ requests, failures }: ModelWeek): string {
  if (requests === 0) return 'was not asked for predictions.';
  const asked = `was asked for predictions ${figure(requests)} ${requests === 1 ? 'time' : 'times'}`;
  if (failures === 0) return `${asked} and always answered.`;
  return `${asked}; ${figure(failures)} ${failures === 1 ? 'request' : 'requests'} got no answer because of an error.`;
}

function changed({ switched, live }: ModelWeek): string {
  const last = switched.at(-1);
  if (!last || live === undefined) return `Version ${live ?? '?'} was in use all week.`;
  const backs = switched.filter(({ kind }) => kind === 'rollback');
  const changes = `Version ${live} is in use since ${moment(last.since).replace(/ \d\d:\d\d$/, '')}`;
  if (last.kind === 'rollback') return `${changes}: people went back to it from a newer one.`;
  return backs.length === 0
    ? `${changes}.`
    : `${changes}, after people went back to an earlier one ${plural(backs.length, 'time')}.`;
}

function quality({ losses, end }: ModelWeek): string {
  if (losses.length === 0) return 'Nothing showed that its answers became worse.';
  const open = losses.filter(({ resolvedAt }) => !resolvedAt || resolvedAt >= end).length;
  const found = 'Its answers were found to be worse than they should be';
  if (open === 0) return `${found}; that is over.`;
  return `${found}, and that is not over.`;
}

function newData({ accepted, leftOut }: ModelWeek): string {
  if (accepted + leftOut === 0) return '';
  const came = `${plural(accepted + leftOut, 'file')} of new data came`;
  if (leftOut === 0) return `${came}.`;
  return `${came}; ${leftOut === 1 ? 'one was' : `${figure(leftOut)} were`} left out as faulty.`;
}

const waits = ({ waiting }: ModelWeek): string => {
  if (waiting === 0) return '';
  return waiting === 1
    ? 'A newer version waits for somebody to approve it.'
    : `${figure(waiting)} newer versions wait for somebody to approve them.`;
};
