import type { Card } from '../core/card.ts';
import { duration, percent, plural, span } from '../core/figures.ts';

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

const LABELS = {
  lead: 'Lead time from training',
  deployments: 'Deployments',
  rolledBack: 'Rolled back',
  restore: 'Time to restore',
  approve: 'Time to approve',
};

/** Pairs of people and open requests that are named; `--json` has all. */
const NAMED = 3;

export function statsCard(
  { environment, from, to, now }: { environment: string; from: Date; to: Date; now: Date },
  all: Stats,
  models: readonly { model: string; stats: Stats }[],
): Card {
  const days = plural(Math.round((to.getTime() - from.getTime()) / 86_400_000), 'day');
  const title = `Delivery to ${environment}, ${span({ from, to })} (${days})`;
  const waiting = waitsInWords(all, now);
  if (all.deployments === 0 && all.approve.count === 0) {
    const nothing = `Nothing was deployed to ${environment} and no request was approved in this time, so there are no figures.`;
    return { title, tone: 'note', text: [nothing, ...waiting].join(' ') };
  }
  return {
    title,
    tone: 'note',
    facts: [
      { label: LABELS.lead, value: medianInWords(all.lead) },
      { label: LABELS.deployments, value: `${all.deployments}, ${perWeek(all)} a week` },
      { label: LABELS.rolledBack, value: shareInWords(all) },
      { label: LABELS.restore, value: medianInWords(all.restore) },
      { label: LABELS.approve, value: medianInWords(all.approve) },
    ],
    ...(waiting.length > 0 && { text: waiting.join(' ') }),
    ...(models.length > 1 && { table: modelTable(models) }),
  };
}

/** The same figures where each has a place of its own. `value` is null if there is nothing to take it of. */
export function deliveryFacts(
  stats: Stats,
): { label: string; value: string | null; detail: string }[] {
  const { deployments, rolledBack, rolledBackShare: share } = stats;
  const median = (label: string, { median, count }: Median) =>
    median === undefined
      ? { label, value: null, detail: 'no cases' }
      : { label, value: lasting(median), detail: basis(count) };
  return [
    median(LABELS.lead, stats.lead),
    { label: LABELS.deployments, value: String(deployments), detail: `${perWeek(stats)} a week` },
    share === undefined
      ? { label: LABELS.rolledBack, value: null, detail: 'no deployments' }
      : {
          label: LABELS.rolledBack,
          value: percent(share),
          detail: `${rolledBack} of ${deployments}`,
        },
    median(LABELS.restore, stats.restore),
    median(LABELS.approve, stats.approve),
  ];
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

/** `3 h 20 min (median of 4)`; `no cases` if there is nothing to take it of. */
function medianInWords({ median, count }: Median): string {
  if (median === undefined) return 'no cases';
  return `${lasting(median)} (${basis(count)})`;
}

const basis = (count: number): string => (count === 1 ? '1 case' : `median of ${count}`);

function shareInWords({ deployments, rolledBack, rolledBackShare: share }: Stats): string {
  if (share === undefined) return 'no deployments';
  return `${percent(share)} (${rolledBack} of ${deployments})`;
}

const perWeek = (stats: Stats): string => stats.perWeek.toFixed(1);

/** Days from two days on. */
function lasting(ms: number): string {
  const days = ms / 86_400_000;
  return days >= 2 ? `${days.toFixed(1)} days` : duration(ms);
}
