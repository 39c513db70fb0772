import type { Columns, ScoringOrder } from '../../core/ports/programs.ts';
import type { ForkScoring } from './messages.ts';
import { type OpenOrder, openApart } from './open.ts';

interface Order extends OpenOrder, Pick<ScoringOrder, 'onTimes'> {
  columns: Columns;
}

/** The model's answers to all rows, in a process of its own that ends afterwards. Throws as `openApart` does. */
export async function scoreApart(
  fork: ForkScoring,
  { columns, onTimes, ...order }: Order,
): Promise<Float64Array> {
  const model = await openApart(fork, order);
  try {
    const answers = await model.score({ rows: columns.labels.length, features: columns.features });
    if (onTimes && columns.labels.length > 0) onTimes(await model.time(columns));
    return answers;
  } finally {
    model.close();
  }
}
