import type { Card } from '../core/card.ts';
import { duration, plural, span } from '../core/figures.ts';

interface Median {
  median: number | undefined;
  count: number;
}

/** Delivery figures as `/stats` shows them: see `DeliveryFigures` in src/release/figures.ts. */
export interface Stats {
  lead: Median;
  deployments: number;
  perWeek: number;
  rolledBack: number;
  rolledBackShare: number | undefined;
  restore: Median;
  approve: Median;
  waits: readonly (Median & { who: string; whom: string })[];
  open: readonly { who: string; model: string; version: number; since: Date }[];
}

/** Pairs of people and open requests that are named; `--json` has all. */
const NAMED = 3;

export function statsCard(
  { environment, from, to, now }: { environment: string; from: Date; to: Date; now: Date },
  all: Stats,
  models: readonly { model: string; stats: Stats }[],
): Card {
  const days = plural(Math.round((to.getTime() - from.getTime()) / 86_400_000), 'day');
  const title = `Delivery to ${environment}, ${days} up to ${span({ from: to, to })}`;
  const waiting = waitsInWords(all, now);
  if (all.deployments === 0 && all.approve.count === 0) {
    const nothing = `Nothing was deployed to ${environment} and no request was approved in this time, so there are no figures.`;
    return { title, tone: 'note', text: [nothing, ...waiting].join(' ') };
  }
  return {
    title,
    tone: 'note',
    facts: [
      { label: 'Lead time from training', value: medianInWords(all.lead) },
      { label: 'Deployments', value: `${all.deployments}, ${perWeek(all)} a week` },
      { label: 'Rolled back', value: shareInWords(all) },
      { label: 'Time to restore', value: medianInWords(all.restore) },
      { label: 'Time to approve', value: medianInWords(all.approve) },
    ],
    ...(waiting.length > 0 && { text: waiting.join(' ') }),
    ...(models.length > 1 && { table: modelTable(models) }),
  };
}

function modelTable(
  models: readonly { model: string; stats: Stats }[],
): NonNullable<Card['table']> {
  const columns = ['Model', 'Lead time', 'A week', 'Rolled back', 'Restore', 'Approve'];
  return {
    caption: 'Delivery by model',
    columns,
    rows: models.map(({ model, stats }) => [
      model,
      medianInWords(stats.lead),
      perWeek(stats),
      shareInWords(stats),
      medianInWords(stats.restore),
      medianInWords(stats.approve),
    ]),
  };
}

function waitsInWords({ waits, open }: Stats, now: Date): string[] {
  return [
    ...waits
      .slice(0, NAMED)
      .map((wait) => `${wait.who} waited for ${wait.whom}: ${medianInWords(wait)}.`),
    ...open
      .slice(0, NAMED)
      .map(
        ({ who, model, version, since }) =>
          `${who} has been waiting for votes on ${model} v${version} for ${lasting(now.getTime() - since.getTime())}.`,
      ),
  ];
}

/** `3 h 20 min (median of 4)`; `unknown` if there is nothing to take it of. */
function medianInWords({ median, count }: Median): string {
  if (median === undefined) return 'no cases';
  return count === 1 ? `${lasting(median)} (1 case)` : `${lasting(median)} (median of ${count})`;
}

function shareInWords({ deployments, rolledBack, rolledBackShare: share }: Stats): string {
  if (share === undefined) return 'no deployments';
  return `${Math.round(share * 100)}% (${rolledBack} of ${deployments})`;
}

const perWeek = (stats: Stats): string => stats.perWeek.toFixed(1);

/** Days from two days on. */
function lasting(ms: number): string {
  const days = ms / 86_400_000;
  return days >= 2 ? `${days.toFixed(1)} days` : duration(ms);
}
