import type { Approval } from '../core/ports/approvals.ts';
import type { Deployment } from '../core/ports/deployments.ts';

/** What was delivered of a model in an environment. */
export interface Delivered {
  /** Newest first, also from before the period. */
  deployments: readonly Deployment[];
  /** Requests for that environment. */
  approvals: readonly Approval[];
  /** When each version was trained, by number. */
  trained: ReadonlyMap<number, Date>;
}

/** Half-open: from included, to excluded. */
export interface FiguresPeriod {
  from: Date;
  to: Date;
}

/** A median in milliseconds; `median` is undefined if there is nothing to take it of. */
interface Median {
  median: number | undefined;
  count: number;
}

/** Somebody asked, and somebody else's vote decided. */
interface Wait extends Median {
  who: string;
  whom: string;
}

export interface DeliveryFigures {
  /** From the training of a version to its first time live. */
  lead: Median;
  /** Promotions that went live. */
  deployments: number;
  perWeek: number;
  /** Of these, how many were rolled back or taken out of service, whenever that was. */
  rolledBack: number;
  /** Undefined without deployments. */
  rolledBackShare: number | undefined;
  /** From the moment a version went live that was rolled back or taken out, until another one answered instead. */
  restore: Median;
  /** From a request to the vote that decided it, gates included. */
  approve: Median;
  /** Longest in total first. */
  waits: Wait[];
  /** Requests that are open now, longest first. */
  open: { approval: string; who: string; model: string; version: number; since: Date }[];
}

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** Twelve weeks. */
export const USUAL_DAYS = 84;

/** The days up to a moment that figures are about if nobody says otherwise. */
export const usualPeriod = (to: Date): FiguresPeriod => ({
  from: new Date(to.getTime() - USUAL_DAYS * DAY_MS),
  to,
});

/**
 * Delivery figures of some endpoints together, over the changes of a period. Medians, because one model that waited
 * for a holiday would decide a mean. Pure. The first four are those of Forsgren, Humble and Kim, "Accelerate" (2018),
 * with a training in the place of a commit.
 */
export function deliveryFigures(
  delivered: readonly Delivered[],
  { from, to }: FiguresPeriod,
): DeliveryFigures {
  const within = (time: Date) => time >= from && time < to;
  const changes = delivered.flatMap(changesOf).filter(({ live }) => within(live));
  const failed = changes.filter(({ ended }) => ended);
  const decided = delivered
    .flatMap(({ approvals }) => approvals)
    .filter(({ status, decidedAt }) => status === 'approved' && decidedAt && within(decidedAt));
  const weeks = (to.getTime() - from.getTime()) / WEEK_MS;
  return {
    lead: medianOf(changes.flatMap(({ lead }) => (lead === undefined ? [] : [lead]))),
    deployments: changes.length,
    perWeek: weeks > 0 ? changes.length / weeks : 0,
    rolledBack: failed.length,
    rolledBackShare: changes.length > 0 ? failed.length / changes.length : undefined,
    restore: medianOf(failed.flatMap(({ restore }) => (restore === undefined ? [] : [restore]))),
    approve: medianOf(decided.map(waited)),
    waits: waitsOf(decided),
    open: delivered
      .flatMap(({ approvals }) => approvals)
      .filter(({ status }) => status === 'open')
      .map(({ id, requestedBy, model, version, createdAt }) => ({
        ...{ approval: id, who: requestedBy, model, version, since: createdAt },
      }))
      .toSorted((a, b) => a.since.getTime() - b.since.getTime()),
  };
}

interface Change {
  live: Date;
  /** Of the first time that its version went live here. */
  lead?: number;
  /** It was rolled back or taken out of service. */
  ended: boolean;
  /** Undefined if nothing has replaced it yet. */
  restore?: number;
}

/** The promotions of an endpoint. A rollback is not a change of its own, but the end of one. */
function changesOf({ deployments, trained }: Delivered): Change[] {
  return deployments.flatMap(({ kind, version, since: live, takenOut }, at): Change[] => {
    if (kind !== 'promotion') return [];
    const next = deployments[at - 1];
    const ended = next?.kind === 'rollback' || takenOut !== undefined;
    const made = trained.get(version);
    const isFirst = deployments.slice(at + 1).every((earlier) => earlier.version !== version);
    return [
      {
        ...{ live, ended },
        ...(made && isFirst && { lead: Math.max(0, live.getTime() - made.getTime()) }),
        ...(ended && next && { restore: next.since.getTime() - live.getTime() }),
      },
    ];
  });
}

const waited = ({ createdAt, decidedAt = createdAt }: Approval): number =>
  Math.max(0, decidedAt.getTime() - createdAt.getTime());

/** By requester and the last approver: their vote is what the request waited for. */
function waitsOf(decided: readonly Approval[]): Wait[] {
  const pairs = new Map<string, { who: string; whom: string; times: number[] }>();
  for (const approval of decided) {
    const votes = approval.votes.filter(({ verdict }) => verdict === 'approve');
    const last = votes.toSorted((a, b) => b.at.getTime() - a.at.getTime())[0];
    if (!last) continue;
    const { requestedBy: who } = approval;
    const key = JSON.stringify([who, last.person]);
    const pair = pairs.get(key) ?? { who, whom: last.person, times: [] };
    pair.times.push(waited(approval));
    pairs.set(key, pair);
  }
  const total = (times: readonly number[]) => times.reduce((sum, time) => sum + time, 0);
  return [...pairs.values()]
    .toSorted((a, b) => total(b.times) - total(a.times))
    .map(({ who, whom, times }) => ({ who, whom, ...medianOf(times) }));
}

/** The mean of the middle two for an even number. */
function medianOf(values: readonly number[]): Median {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  const median = low === undefined || high === undefined ? undefined : (low + high) / 2;
  return { median, count: sorted.length };
}
