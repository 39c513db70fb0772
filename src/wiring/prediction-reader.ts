import type { PredictionReader, RequestReader } from '../core/ports/predictions.ts';
import { foldersOf } from '../serving/log/folders.ts';
import { readAnswered, readLabelledColumns, readLabelledSince } from '../serving/log/labelled.ts';
import { readNewestLabelled, readRequests } from '../serving/log/requests.ts';

/**
 * The prediction log as monitors read it.
 * @param dir of the log
 * @param first the first environment of the configuration
 */
export function createPredictionReader(
  dir: string,
  first: string,
): PredictionReader & RequestReader {
  return {
    answered: (question, signal) => readAnswered(foldersOf(dir, question, first), question, signal),
    labelled: (question, signal) =>
      readLabelledColumns(foldersOf(dir, question, first), question, signal),
    requests: (question, signal) => readRequests(foldersOf(dir, question, first), question, signal),
    newestLabelled: ({ rows, ...question }, signal) =>
      readNewestLabelled(foldersOf(dir, question, first), question, rows, signal),
    labelledSince: (which, since, signal) =>
      readLabelledSince(foldersOf(dir, which, first), which.version, since, signal),
  };
}
