import { CronExpressionParser } from 'cron-parser';
import type { RetrainTrigger } from '../core/retrain-policy.ts';
import { DAY_MS, type Measured } from '../core/retraining.ts';
import type { RetrainFacts } from './facts.ts';

/** Whether a trigger is met, with its figures. Pure. */
export function measureTrigger(
  trigger: RetrainTrigger,
  facts: RetrainFacts & { newest: NonNullable<RetrainFacts['newest']> },
  now: Date,
): Measured {
  const { newest, arrivals, alerts, probes } = facts;
  switch (trigger.on) {
    case 'data':
      return measureData(trigger, facts);
    case 'drift': {
      const about =
        alerts.find(({ kind }) => kind === 'drift')?.id ??
        arrivals.find(({ drifted }) => drifted)?.id;
      return about === undefined ? {} : { about, key: about };
    }
    case 'performance': {
      const about = alerts.find(({ kind }) => kind === 'performance')?.id;
      return about === undefined ? {} : { about, key: about };
    }
    case 'probe': {
      const about = probes.find(({ better }) => better)?.id;
      return about === undefined ? {} : { about, key: about };
    }
    case 'schedule':
      return measureSchedule(trigger.cron ?? '', newest.requestedAt, facts.trainings, now);
  }
}

function measureData(
  { rows, days }: RetrainTrigger,
  { newest, arrivals }: RetrainFacts & { newest: NonNullable<RetrainFacts['newest']> },
): Measured {
  const last = arrivals.at(-1)?.id;
  const came = arrivals.reduce((sum, arrival) => sum + arrival.rows, 0);
  const times = arrivals.flatMap((arrival) => (arrival.newest ? [arrival.newest.getTime()] : []));
  const after = Math.max(0, ...times.map((time) => (time - newest.window.to.getTime()) / DAY_MS));
  const measured: Measured[] = [
    ...(rows === undefined ? [] : [{ figure: came, threshold: rows, unit: 'rows' as const }]),
    ...(days === undefined
      ? []
      : [{ figure: Math.floor(after), threshold: days, unit: 'days' as const }]),
  ];
  const isMet = ({ figure = 0, threshold = 0 }: Measured) => figure >= threshold;
  const shown = measured.find(isMet) ?? measured[0] ?? {};
  return last !== undefined && isMet(shown) && measured.length > 0
    ? { ...shown, key: `v${newest.version} ${last}` }
    : shown;
}

function measureSchedule(
  cron: string,
  requestedAt: Date,
  trainings: RetrainFacts['trainings'],
  now: Date,
): Measured {
  // It steps to what is strictly before: the time itself counts as past.
  const after = new Date(Math.floor(now.getTime() / 1000) * 1000 + 1000);
  const due = CronExpressionParser.parse(cron, { currentDate: after, tz: 'UTC' }).prev().toDate();
  const next = CronExpressionParser.parse(cron, { currentDate: now, tz: 'UTC' }).next().toDate();
  const since = Math.max(requestedAt.getTime(), trainings.at(-1)?.at.getTime() ?? 0);
  return due.getTime() > since
    ? { due: due.toISOString(), key: due.toISOString(), next }
    : { next };
}
