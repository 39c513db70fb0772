import { DEFAULTS } from '../kinds/drift/options.ts';
import type { ShareName, ShareTest } from '../profile/shares.ts';
import { adjustedBy } from '../statistics/tests.ts';
import type { Both, ColumnFigures } from './figures.ts';

/** `not compared`: of times and nested values only the missing ones are judged. */
type ColumnVerdict =
  | 'drift'
  | 'ok'
  | 'insufficient data'
  | 'not compared'
  | 'only in reference'
  | 'only in current';

export type FilesVerdict = Extract<ColumnVerdict, 'drift' | 'ok' | 'insufficient data'>;

export type JudgedColumn = Omit<ColumnFigures, 'shares' | 'values'> & {
  adjustedP?: number | undefined;
  verdict: ColumnVerdict;
  /** What drifted, e.g. `distribution` or `null`. */
  reasons: ('distribution' | ShareName)[];
  shares: readonly ShareTest[];
};

/** Below so many values on a side, a column that did not drift says nothing. */
const FEW = 20;
/** A distance at or over one of these is large enough to matter. */
const LARGE = { psi: 0.1, js: 0.1, wasserstein: 0.1 } as const;

/**
 * Judges the columns of two files. A distribution drifted where chance does not explain it (Kolmogorov–Smirnov or χ²,
 * adjusted by Benjamini–Hochberg over the columns) and a distance is large enough to matter: alone, the first flags
 * any difference in many rows, and the second most differences in few. Shares of missing, unusable and new values
 * are a family of their own, with the tolerances of the monitors.
 */
export function judgeColumns(
  columns: readonly ColumnFigures[],
  { alpha = DEFAULTS.alpha }: { alpha?: number | undefined } = {},
): { verdict: FilesVerdict; columns: JudgedColumn[] } {
  const distributions = adjustedBy(columns, ({ ks, chi2 }) => ks?.p ?? chi2?.p);
  const shares = adjustedBy(
    columns.flatMap((column) => column.shares),
    ({ p }) => p,
  );
  const judged = columns.map((column): JudgedColumn => {
    const { values, ...figures } = column;
    const adjustedP = distributions.get(column);
    const reasons: JudgedColumn['reasons'] = column.shares.flatMap((share) =>
      (shares.get(share) ?? 1) <= alpha && isBeyond(share) ? [share.name] : [],
    );
    if ((adjustedP ?? 1) <= alpha && isLarge(column)) reasons.unshift('distribution');
    const verdict = reasons.length > 0 ? 'drift' : unmoved(column.type, values);
    return { ...figures, adjustedP, verdict, reasons };
  });
  return { verdict: join(judged.map(({ verdict }) => verdict)), columns: judged };
}

function unmoved(type: string, { reference, current }: Both): ColumnVerdict {
  if (type !== 'numeric' && type !== 'categorical') return 'not compared';
  return Math.min(reference, current) < FEW ? 'insufficient data' : 'ok';
}

function join(verdicts: readonly ColumnVerdict[]): FilesVerdict {
  if (verdicts.includes('drift')) return 'drift';
  return verdicts.includes('ok') ? 'ok' : 'insufficient data';
}

function isLarge(column: ColumnFigures): boolean {
  return (['psi', 'js', 'wasserstein'] as const).some((name) => (column[name] ?? 0) >= LARGE[name]);
}

function isBeyond({ name, reference, window }: ShareTest): boolean {
  const tolerance = {
    null: DEFAULTS.nullTolerance,
    nan: DEFAULTS.unusableTolerance,
    infinite: DEFAULTS.unusableTolerance,
    unseen: DEFAULTS.unseenTolerance,
  }[name];
  return Math.abs(window - reference) >= tolerance;
}
