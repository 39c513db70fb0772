import type { MonitorSpec } from '../../../core/model.ts';
import type { Profile } from '../../profile/profile.ts';
import { readReferenceWindows } from '../../profile/reference-windows.ts';
import { FEWEST_WINDOWS } from '../../sequential/baseline.ts';
import { createDetector, type Detector, smallestShift } from '../../sequential/detector.ts';
import { windowsForDays } from '../../sequential/season.ts';
import type { ProfiledWindow } from '../../sequential/windows.ts';
import type { Certified, Learning } from './sequential.ts';

/** A detector on a version's reference, or why it is still learning. */
export interface Learnt {
  /** Changes with what the detector knows: evidence collected by another one does not count. */
  id: string;
  detector: Detector;
  certified?: Certified | undefined;
  learning?: Learning | undefined;
}

/** Other lengths that are tried to give advice. */
const LENGTHS = [1, 2, 3, 4, 6, 8, 12, 24, 168];
/**
 * Detectors kept in memory, some tens of kilobytes each: they never change, and learning one takes some tenths of a
 * second, so that an hour of a thousand models would take minutes if they were forgotten in between.
 */
const KEPT = 1_000;
const kept = new Map<string, Learnt>();

type Reference = Readonly<Record<string, Profile>>;

/**
 * The detector of a version for windows as the monitor's. `read` gets the bytes of its reference windows by their
 * hash; `sha256` is undefined if it has none.
 */
export async function learn(
  reference: Reference,
  sha256: string | undefined,
  { windowHours: hours, minRows }: Pick<MonitorSpec, 'windowHours' | 'minRows'>,
  read: (sha256: string) => Promise<Uint8Array>,
): Promise<Learnt> {
  if (sha256 === undefined) {
    const detector = createDetector(reference, [], hours);
    return { id: '', detector, learning: { reason: 'no windows' } };
  }
  const id = `${sha256.slice(0, 16)}/${hours}/${minRows}`;
  const known = kept.get(id);
  if (known) return known;
  const learnt = learnFrom(id, reference, await read(sha256), { hours, minRows });
  const [oldest] = kept.keys();
  if (kept.size >= KEPT && oldest !== undefined) kept.delete(oldest);
  kept.set(id, learnt);
  return learnt;
}

function learnFrom(
  id: string,
  reference: Reference,
  bytes: Uint8Array,
  { hours, minRows }: { hours: number; minRows: number },
): Learnt {
  const windowsOf = (length: number) =>
    readReferenceWindows(bytes, reference, { hours: length, minRows });
  const windows = windowsOf(hours);
  const detector = createDetector(reference, windows, hours);
  if (detector.known.length > 0) return { id, detector, certified: certifiedBy(detector, windows) };
  const needed = Math.max(FEWEST_WINDOWS, windowsForDays(hours));
  const helps = LENGTHS.filter(
    (length) =>
      length !== hours && createDetector(reference, windowsOf(length), length).known.length > 0,
  );
  const have = mostWindows(windows);
  return {
    id,
    detector,
    learning: {
      reason: have < needed ? 'few windows' : 'alike',
      ...{ have, needed, helps },
    },
  };
}

/** Features and answers are of different periods: the more windows of the two. */
function mostWindows(windows: readonly ProfiledWindow[]): number {
  const many = new Map<string, number>();
  for (const { columns } of windows)
    for (const name of Object.keys(columns)) many.set(name, (many.get(name) ?? 0) + 1);
  return Math.max(0, ...many.values());
}

/** The smallest shift of a numeric column, in its standard deviations: of the best known and of the least known. */
function certifiedBy({ known, learning }: Detector, windows: readonly ProfiledWindow[]): Certified {
  const shifts = known
    .filter(({ gauge }) => gauge.kind === 'location')
    .map((one) => ({
      column: one.gauge.column,
      shift: smallestShift(one, usualRows(windows, one.gauge.column)),
    }))
    .toSorted((a, b) => a.shift - b.shift);
  return { least: shifts[0], most: shifts.at(-1), learning: [...learning] };
}

function usualRows(windows: readonly ProfiledWindow[], column: string): number {
  const rows = windows
    .flatMap(({ columns }) => columns[column]?.count ?? [])
    .toSorted((a, b) => a - b);
  return Math.max(1, rows[Math.floor(rows.length / 2)] ?? 1);
}
