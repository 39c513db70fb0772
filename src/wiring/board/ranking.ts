import type { Ranking } from '../../core/board.ts';
import { operatingPoints } from '../../evaluation/report/operating-points.ts';
import type { BoardParts } from './parts.ts';

/** The curves of a version's evaluation. */
export async function rankingOf(
  model: string,
  version: number | undefined,
  { versions }: Pick<BoardParts, 'versions'>,
): Promise<Ranking | null> {
  const found =
    version === undefined ? undefined : await versions.evaluation(`${model}@${version}`);
  const report = found?.report;
  if (version === undefined || !report?.curves || report.curves.length === 0) return null;
  return {
    version,
    curves: report.curves,
    thresholds: operatingPoints(report).map((point) => ({
      ...{ ...point, precision: point.precision ?? null },
    })),
  };
}
