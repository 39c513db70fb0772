import { confirmDrift } from '../../src/monitoring/kinds/drift/confirm.ts';
import { judgeDrift } from '../../src/monitoring/kinds/drift/judge-drift.ts';
import { mergeProfiles } from '../../src/monitoring/profile/merge.ts';
import type { Profile } from '../../src/monitoring/profile/profile.ts';
import { advance } from '../../src/monitoring/sequential/advance.ts';
import {
  createDetector,
  type Detector,
  readingsOf,
} from '../../src/monitoring/sequential/detector.ts';
import { advanceGrowing, noGrowth } from '../../src/monitoring/sequential/growth.ts';
import { emptyState } from '../../src/monitoring/sequential/state.ts';
import type { ProfiledWindow } from '../../src/monitoring/sequential/windows.ts';
import { psi } from '../../src/monitoring/statistics/distances.ts';
import { kolmogorovTail } from '../../src/monitoring/statistics/distributions.ts';

/** Whether it raises an alarm on this window, after all windows before it. */
export type Rule = (window: ProfiledWindow) => boolean;

type Columns = Readonly<Record<string, Profile>>;

/** The profiles of a reference's windows together. */
export function pooled(windows: readonly ProfiledWindow[]): Columns {
  const [first, ...others] = windows;
  return Object.fromEntries(
    Object.entries(first?.columns ?? {}).map(([name, profile]) => [
      name,
      others.reduce((sum, { columns }) => {
        const next = columns[name];
        return next ? mergeProfiles(sum, next) : sum;
      }, profile),
    ]),
  );
}

export function detectorOf(windows: readonly ProfiledWindow[], hours: number): Detector {
  return createDetector(pooled(windows), windows, hours);
}

export function budgetRule(detector: Detector, budget: number): Rule {
  let state = emptyState(detector.known.length);
  return (window) => {
    const step = advance(state, readingsOf(detector, window), budget);
    state = step.state;
    return step.alarm !== undefined;
  };
}

/** The same with a reference that grows. */
export function growingRule(detector: Detector, budget: number) {
  let state = emptyState(detector.known.length);
  let growth = noGrowth(detector.known.length);
  return {
    growth: () => growth,
    rule: (window: ProfiledWindow): boolean => {
      const next = advanceGrowing(state, growth, readingsOf(detector, window), budget);
      state = next.step.state;
      growth = next.growth;
      return next.step.alarm !== undefined;
    },
  };
}

/** The fixed rules: any column is enough. */
export const FIXED: Readonly<Record<string, (reference: Columns) => Rule>> = {
  'PSI > 0.1': psiRule(0.1),
  'PSI > 0.2': psiRule(0.2),
  'KS p < 0.05': (reference) =>
    anyColumn(reference, (a, b) => a.spec.kind === 'intervals' && kolmogorov(a, b) < 0.05),
  'PSI and χ², 2 of 3': (reference) => {
    const seen: ReturnType<typeof judgeDrift>[] = [];
    return ({ columns }) => {
      const judged = judgeDrift(reference, columns, { minRows: 1 });
      const { features } = confirmDrift(seen, judged, { minRows: 1 }, { need: 2, of: 3 });
      seen.push(judged);
      if (seen.length > 2) seen.shift();
      return features.some(({ drifted }) => drifted);
    };
  },
};

function psiRule(limit: number) {
  return (reference: Columns): Rule =>
    anyColumn(reference, (a, b) => psi(a.counts, b.counts) > limit);
}

function anyColumn(reference: Columns, moved: (a: Profile, b: Profile) => boolean): Rule {
  return ({ columns }) =>
    Object.entries(reference).some(([name, before]) => {
      const now = columns[name];
      return now !== undefined && moved(before, now);
    });
}

/** p of the two-sample Kolmogorov–Smirnov statistic over the deciles, which is at most that over all values. */
function kolmogorov(a: Profile, b: Profile): number {
  let [below, other, largest] = [0, 0, 0];
  for (const [bin, count] of a.counts.entries()) {
    below += count / a.count;
    other += (b.counts[bin] ?? 0) / b.count;
    largest = Math.max(largest, Math.abs(below - other));
  }
  const root = Math.sqrt((a.count * b.count) / (a.count + b.count));
  return kolmogorovTail((root + 0.12 + 0.11 / root) * largest);
}
