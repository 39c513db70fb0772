import { type Given, writeOutputs } from './answer.ts';
import type { LoadedModel } from './loaded-model.ts';
import { say } from './say.ts';

const NAMED = 5;

/** The answer to a request for predictions, as JSON. `repeated` are IDs that were answered for other inputs. */
export function writeAnswer(
  { live }: LoadedModel,
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
  const note = `${repeated.length} of the rows have ids that were answered before for other inputs, such as ${named(repeated)}. Labels by that id count for each of them.`;
  return { repeated: repeated.length, note };
}

export const named = (ids: readonly string[]): string => ids.slice(0, NAMED).map(say).join(', ');
