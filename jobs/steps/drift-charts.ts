import { z } from 'zod';
import type { Picture } from '../../src/core/card.ts';
import { span } from '../../src/core/figures.ts';
import type { ModelSpec, MonitorSpec, Window } from '../../src/core/model.ts';
import type { Finding } from '../../src/core/ports/alerts.ts';
import type { Needs } from '../../src/core/world.ts';
import type { Columns, DriftJudgement } from '../../src/monitoring/drift/judge-drift.ts';
import { onsetOf } from '../../src/monitoring/drift/onset.ts';
import type { Profile } from '../../src/monitoring/profile/profile.ts';
import { binLabels } from '../../src/monitoring/profile/spec.ts';

export interface Drift {
  spec: ModelSpec;
  monitor: MonitorSpec;
  version: number;
  deployment: string;
  window: Window;
  confirmed: DriftJudgement;
  reference: Columns;
  current: Columns;
  /** Judged windows before this one, newest first. */
  recent: readonly Finding[];
}

export type Column = DriftJudgement['features'][number];

/** Windows that a chart of an alert looks back, so that the onset is in it. */
const CHARTED = 30;

/** The column's bins beside the reference, and its PSI window by window with the onset of the drift. */
export async function drawDrift(
  { spec, version, window, reference, current, recent, monitor, confirmed }: Drift,
  column: Column | undefined,
  charts: Needs<'charts'>['charts'],
): Promise<Picture[]> {
  const before = column && reference[column.name];
  const now = column && current[column.name];
  if (!column || !before || !now) return [];
  const histogram = await charts.histogram({
    title: `${spec.name} v${version}: ${column.name} has moved`,
    subtitle: `Training data against ${span(window)}`,
    feature: column.name,
    bins: binsOf(before, now),
    ...(column.psi !== undefined && { psi: column.psi }),
  });
  const judged = recent.slice(0, CHARTED).reverse();
  const points = judged.flatMap((finding) => pointOf(finding, column.name));
  if (column.psi !== undefined)
    points.push({ time: window.to, from: window.from, value: column.psi, drifted: true });
  if (points.length < 2) return [histogram];
  const onset = onsetOf(points, monitor.thresholds.of);
  const timeline = await charts.timeline({
    title: `PSI of ${column.name}, window by window`,
    metric: 'PSI',
    points: points.map(({ time, value }) => ({ time, value })),
    threshold: { warn: monitor.thresholds.psiWarn, alert: monitor.thresholds.psiAlert },
    marks: [
      ...(onset && onset.time < window.to
        ? [
            {
              time: onset.time,
              label: `drift began, ${span({ from: onset.from, to: onset.time })}`,
            },
          ]
        : []),
      { time: window.to, label: confirmed.status },
    ],
  });
  return [histogram, timeline];
}

function binsOf(reference: Profile, current: Profile) {
  const share = (profile: Profile, bin: number) =>
    (profile.counts[bin] ?? 0) / Math.max(1, profile.count);
  return binLabels(reference.spec)
    .map((label, bin) => ({
      label,
      reference: share(reference, bin),
      current: share(current, bin),
    }))
    .filter((bin) => bin.reference > 0 || bin.current > 0);
}

const Measure = z.object({
  name: z.string(),
  psi: z.number().optional(),
  drifted: z.boolean().default(false),
});
const Kept = z.object({ features: z.array(Measure), predictions: z.array(Measure) });

interface Point {
  time: Date;
  from: Date;
  value: number;
  drifted: boolean;
}

function pointOf({ detail, window }: Finding, column: string): Point[] {
  const { features, predictions } = Kept.parse(detail);
  const found = [...features, ...predictions].find(({ name }) => name === column);
  if (found?.psi === undefined) return [];
  return [{ time: window.to, from: window.from, value: found.psi, drifted: found.drifted }];
}
