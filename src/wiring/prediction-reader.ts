import type { PredictionReader, RequestReader } from '../core/ports/predictions.ts';
import { findPredictions } from '../serving/log/find.ts';
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
    labelled: (question, signal) => {
      const folders = foldersOf(dir, question, first);
      // The labels are in the folder of the endpoint.
      const shadow = { ...question, environment: `${question.environment}.shadow` };
      const all = question.shadow ? [...folders, ...foldersOf(dir, shadow, first)] : folders;
      return readLabelledColumns(all, question, signal);
    },
    find: (endpoints, id, signal) =>
      findPredictions(
        endpoints.map((one) => ({ ...one, folders: foldersOf(dir, one, first) })),
        id,
        signal,
      ),
    requests: (question, signal) => readRequests(foldersOf(dir, question, first), question, signal),
    newestLabelled: ({ rows, ...question }, signal) =>
      readNewestLabelled(foldersOf(dir, question, first), question, rows, signal),
    labelledSince: (which, since, signal) =>
      readLabelledSince(foldersOf(dir, which, first), which.version, since, signal),
  };
}
