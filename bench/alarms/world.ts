import type { Profile } from '../../src/monitoring/profile/profile.ts';
import { createProfile } from '../../src/monitoring/profile/profile.ts';
import type { BinSpec } from '../../src/monitoring/profile/spec.ts';
import type { ProfiledWindow } from '../../src/monitoring/sequential/windows.ts';
import { normalShare, type Random } from './random.ts';

/** How windows differ without any drift. All in standard deviations of a column. */
export const SCENES = {
  'independent rows': {},
  'daily and weekly cycles': { daily: 0.3, weekend: -0.2 },
  'clustered rows': { common: 0.1 },
  'autocorrelated windows': { common: 0.1, correlation: 0.5 },
} as const satisfies Record<string, Scene>;

export const SCENE_NAMES = [
  'independent rows',
  'daily and weekly cycles',
  'clustered rows',
  'autocorrelated windows',
] as const;

interface Scene {
  daily?: number;
  weekend?: number;
  /** Standard deviation of a shift that all rows of a window share; half its variance is shared by all columns. */
  common?: number;
  /** Lag-1 autocorrelation of that shift. */
  correlation?: number;
}

/** A change of one column. */
export interface Change {
  column: 'number' | 'category';
  /** In standard deviations. */
  shift?: number;
  /** Times the standard deviation. */
  spread?: number;
  /** Shares of rows. */
  unseen?: number;
  nulls?: number;
}

interface Column {
  name: string;
  spec: BinSpec;
  /** Upper ends of the bins in standard deviations of a hidden normal number; the last one is open. */
  edges: readonly number[];
}

const DECILES = [-1.2816, -0.8416, -0.5244, -0.2533, 0, 0.2533, 0.5244, 0.8416, 1.2816];
/** Categories of 40, 25, 15, 10, 6 and 4%. */
const CUTS = [-0.2533, 0.3853, 0.8416, 1.2816, 1.7507];
const CATEGORIES = { kind: 'categories', others: [], singletons: 0 } as const;

/** Eighteen numbers and two categories. */
const COLUMNS: readonly Column[] = [
  ...Array.from({ length: 18 }, (_, at) => ({
    name: `number ${at + 1}`,
    spec: { kind: 'intervals' as const, edges: DECILES },
    edges: DECILES,
  })),
  ...['first', 'second'].map((name) => ({
    name: `${name} category`,
    spec: { ...CATEGORIES, categories: ['a', 'b', 'c', 'd', 'e', 'f'] },
    edges: CUTS,
  })),
];
const CHANGED = { number: 0, category: 18 };
const HOUR_MS = 3_600_000;
/** A Monday. */
const FIRST = Date.parse('2001-01-01T00:00:00Z');

/** Windows one after the other, of as many rows each, without end. */
export function createWorld(scene: Scene, hours: number, rows: number, random: Random) {
  const { daily = 0, weekend = 0, common = 0, correlation = 0 } = scene;
  const fresh = Math.sqrt(1 - correlation ** 2);
  const shocks = COLUMNS.map(() => random.normal());
  let shared = random.normal();
  let at = 0;
  return function next(change?: Change): ProfiledWindow {
    const start = FIRST + at * hours * HOUR_MS;
    at += 1;
    const hour = (start / HOUR_MS) % 24;
    const cycle =
      (hours < 24 ? daily * Math.sin((2 * Math.PI * hour) / 24) : 0) +
      (Math.floor((start - FIRST) / (24 * HOUR_MS)) % 7 >= 5 ? weekend : 0);
    shared = correlation * shared + fresh * random.normal();
    const columns: Record<string, Profile> = {};
    for (const [index, column] of COLUMNS.entries()) {
      const shock = correlation * (shocks[index] ?? 0) + fresh * random.normal();
      shocks[index] = shock;
      const mean = cycle + common * Math.SQRT1_2 * (shared + shock);
      const changed = change && CHANGED[change.column] === index ? change : undefined;
      columns[column.name] = drawn(column, rows, mean, changed, random);
    }
    return { start, columns };
  };
}

function drawn(
  { spec, edges }: Column,
  rows: number,
  mean: number,
  change: Change | undefined,
  random: Random,
): Profile {
  const { shift = 0, spread = 1, unseen = 0, nulls = 0 } = change ?? {};
  const profile = createProfile(spec);
  profile.nulls = random.binomial(rows, nulls);
  profile.count = rows - profile.nulls;
  const strange = random.binomial(profile.count, unseen);
  if (strange > 0) profile.counts[profile.counts.length - 1] = strange;
  let left = profile.count - strange;
  let below = 0;
  for (const [bin, edge] of edges.entries()) {
    const upTo = normalShare((edge - mean - shift) / spread);
    const hits = random.binomial(left, Math.min(1, (upTo - below) / (1 - below)));
    profile.counts[bin] = hits;
    left -= hits;
    below = upTo;
  }
  profile.counts[edges.length] = (profile.counts[edges.length] ?? 0) + left;
  return profile;
}
