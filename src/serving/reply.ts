import { type Given, writeOutputs } from './answer.ts';
import type { LoadedModel } from './loaded-model.ts';
import { say } from './say.ts';

const NAMED = 5;

/** The answer to a request for predictions, as JSON. `repeated` are IDs that were answered for other inputs. */
export function writeAnswer(
  { live }: Pick<LoadedModel, 'live'>,
  id: string,
  given: Given,
  repeated: readonly string[],
): string {
  const parameters = { deployment: live.deployment, ...noteOn(repeated) };
  return `{"model_name":${JSON.stringify(live.model)},"model_version":"${live.version}","id":${JSON.stringify(id)},"outputs":${writeOutputs(given)},"parameters":${JSON.stringify(parameters)}}`;
}

/** An ID identifies one prediction: a caller who uses it for two should know. */
export function noteOn(repeated: readonly string[]): { repeated?: number; note?: string } {
  if (repeated.length === 0) return {};
  const note =
    repeated.length === 1
      ? `The ID of one row, ${named(repeated)}, was answered before for other inputs. A label for that ID counts for both rows.`
      : `The IDs of ${repeated.length} rows were answered before for other inputs, such as ${named(repeated)}. A label for such an ID counts for each of its rows.`;
  return { repeated: repeated.length, note };
}

/** What becomes of labels for IDs that have not been answered here. At least one. */
export function unknownNote(ids: readonly string[]): string {
  return ids.length === 1
    ? `This gateway has not recently answered a row with the ID ${named(ids)}. The label is kept, and counts once the log contains a prediction with that ID.`
    : `This gateway has not recently answered rows with ${ids.length} of the IDs, such as ${named(ids)}. Their labels are kept, and count once the log contains a prediction with that ID.`;
}

const named = (ids: readonly string[]): string => ids.slice(0, NAMED).map(say).join(', ');
