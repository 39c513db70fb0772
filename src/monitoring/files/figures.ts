import type { ShareTest } from '../profile/shares.ts';

/** A figure of each file. */
export interface Both {
  reference: number;
  current: number;
}

/** One column of two files, measured. What does not apply is missing. */
export interface ColumnFigures {
  name: string;
  type: string;
  rows: Both;
  nulls: Both;
  psi?: number | undefined;
  js?: number | undefined;
  wasserstein?: number | undefined;
  ks?: { d: number; p: number } | undefined;
  chi2?: { statistic: number; df: number; p: number } | undefined;
  /** Missing, NaN, infinite and new values. */
  shares: ShareTest[];
  /** Rows with a value. */
  values: Both;
  /** Shares of the values, for a histogram. */
  bins: (Both & { label: string })[];
}
