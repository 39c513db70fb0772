import type { RequestBatch } from '../core/ports/predictions.ts';
import type { OpenModel } from '../core/ports/programs.ts';
import { readAhead } from '../core/read-ahead.ts';

/**
 * Logged requests with what a model answers to them. The log is read, and the model asked, while whoever asked for the
 * batch before is busy with it: three batches are in memory.
 * @param open called once there are requests, before each batch
 */
export function answered(
  requests: AsyncIterable<RequestBatch>,
  open: () => Promise<Pick<OpenModel, 'score'>>,
): AsyncGenerator<{ requests: RequestBatch; answers: Float64Array }> {
  return readAhead(scored(readAhead(requests), open));
}

async function* scored(
  batches: AsyncIterable<RequestBatch>,
  open: () => Promise<Pick<OpenModel, 'score'>>,
) {
  for await (const requests of batches) {
    const model = await open();
    yield { requests, answers: await model.score(requests) };
  }
}
