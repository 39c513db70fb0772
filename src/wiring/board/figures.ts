import type { RunRow } from '../../core/board.ts';
import type { Run } from '../../core/ports/runs.ts';
import { metricHeading } from '../../tasks/words.ts';
import type { BoardParts } from './parts.ts';

type Figure = NonNullable<RunRow['metric']>;

/** The deciding metric of the version that a run created. */
export type Figures = (run: Pick<Run, 'model' | 'version'>) => Promise<Figure | undefined>;

/** Versions whose figure is remembered: evaluations hardly change, and an old one is only read again. */
const REMEMBERED = 2_000;

export function createFigures({ models, versions }: Pick<BoardParts, 'models' | 'versions'>) {
  const known = new Map<string, Figure>();
  const figures: Figures = async ({ model, version }) => {
    if (version === undefined) return undefined;
    const id = `${model}@${version}`;
    const before = known.get(id);
    if (before) return before;
    const spec = models.list().find(({ name }) => name === model);
    const [primary] = spec?.evaluation.primary ?? [];
    const found = spec && (await versions.evaluation(id));
    const value = found?.metrics[primary ?? ''];
    if (primary === undefined || value === undefined || !Number.isFinite(value)) return undefined;
    const figure = { name: metricHeading(primary, found?.unit), value };
    known.set(id, figure);
    const oldest = known.size > REMEMBERED ? known.keys().next().value : undefined;
    if (oldest !== undefined) known.delete(oldest);
    return figure;
  };
  return figures;
}
