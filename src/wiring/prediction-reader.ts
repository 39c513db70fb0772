import type { Endpoint } from '../core/endpoint.ts';
import type { PredictionReader, RequestReader } from '../core/ports/predictions.ts';
import { findPredictions } from '../serving/log/find.ts';
import { foldersOf } from '../serving/log/folders.ts';
import { readAnswered, readLabelledColumns, readLabelledSince } from '../serving/log/labelled.ts';
import { readNewestLabelled, readRequests } from '../serving/log/requests.ts';

/**
 * The prediction log as monitors read it.
 * @param dir of the log
 * @param first the first environment of the configuration
 * @param ready makes these folders current before they are read
 */
export function createPredictionReader(
  dir: string,
  first: string,
  ready: (folders: readonly string[], signal: AbortSignal) => Promise<void> = async () => {},
): PredictionReader & RequestReader {
  const current = async (folders: string[], signal: AbortSignal) => {
    await ready(folders, signal);
    return folders;
  };
  const of = (endpoint: Endpoint, signal: AbortSignal) =>
    current(foldersOf(dir, endpoint, first), signal);
  return {
    answered: async (question, signal) =>
      readAnswered(await of(question, signal), question, signal),
    labelled: async (question, signal) => {
      const folders = foldersOf(dir, question, first);
      // The labels are in the folder of the endpoint.
      const shadow = { ...question, environment: `${question.environment}.shadow` };
      const all = question.shadow ? [...folders, ...foldersOf(dir, shadow, first)] : folders;
      return readLabelledColumns(await current(all, signal), question, signal);
    },
    find: async (endpoints, id, signal) => {
      const asked = endpoints.map(async (one) => ({ ...one, folders: await of(one, signal) }));
      return findPredictions(await Promise.all(asked), id, signal);
    },
    async *requests(question, signal) {
      yield* readRequests(await of(question, signal), question, signal);
    },
    newestLabelled: async ({ rows, ...question }, signal) =>
      readNewestLabelled(await of(question, signal), question, rows, signal),
    labelledSince: async (which, since, signal) =>
      readLabelledSince(await of(which, signal), which.version, since, signal),
  };
}
