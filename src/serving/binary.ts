import { BadInput } from '../core/errors.ts';
import type { Given } from './answer.ts';
import { readBody } from './body.ts';
import type { Answerer } from './challenger/rollout.ts';
import { isRecord } from './protocol.ts';
import { readRaw, writeRaw } from './raw-tensors.ts';
import { noteOn } from './reply.ts';
import { say } from './say.ts';

/*
 * The binary tensor data extension of the protocol: behind the JSON, whose length a header has, follow the bytes of the
 * tensors that the JSON gives no data for. Clients such as tritonclient send it by default.
 */
export const HEADER_LENGTH = 'inference-header-content-length';

/**
 * A body with tensors behind its JSON, as a body without them would be.
 * @throws BadInput with one line that says what is wrong
 */
export function readBinary(bytes: Buffer, headerLength: unknown, encoding?: string): unknown {
  const length = Number(headerLength);
  if (!Number.isInteger(length) || length < 1 || length > bytes.length)
    throw new BadInput(
      `${HEADER_LENGTH} is ${say(headerLength)}: expected the length of the JSON, at most that of the body (${bytes.length}).`,
    );
  const body = readBody(bytes.subarray(0, length), encoding);
  const inputs = isRecord(body) ? body['inputs'] : undefined;
  if (!isRecord(body) || !Array.isArray(inputs)) return body;
  let at = length;
  const filled = inputs.map((input: unknown) => {
    const parameters = isRecord(input) ? input['parameters'] : undefined;
    const size = isRecord(parameters) ? parameters['binary_data_size'] : undefined;
    if (!isRecord(input) || size === undefined) return input;
    const name = input['name'];
    if (typeof size !== 'number' || !Number.isInteger(size) || size < 0 || at + size > bytes.length)
      throw new BadInput(
        `input ${say(name)} has the binary_data_size ${say(size)}, and ${bytes.length - at} bytes follow.`,
      );
    if (input['data'] !== undefined)
      throw new BadInput(`input ${say(name)} has "data" and binary data: send one of them.`);
    const data = readRaw(name, input['datatype'], bytes.subarray(at, at + size));
    at += size;
    return { ...input, data };
  });
  if (at !== bytes.length)
    throw new BadInput(
      `${bytes.length - at} bytes follow the tensors: no input is said to have them.`,
    );
  return { ...body, inputs: filled };
}

/** Whether a caller asked for outputs as bytes. */
export function isBinaryWanted(body: unknown): boolean {
  if (!isRecord(body)) return false;
  const { parameters, outputs } = body;
  if (isRecord(parameters) && parameters['binary_data_output'] === true) return true;
  return Array.isArray(outputs) && outputs.some(isBinaryOutput);
}

function isBinaryOutput(output: unknown): boolean {
  const parameters = isRecord(output) ? output['parameters'] : undefined;
  return isRecord(parameters) && parameters['binary_data'] === true;
}

/** The answer to a request for predictions, with its outputs as bytes behind the JSON. */
export function writeBinary(
  { live }: Pick<Answerer, 'live'>,
  id: string,
  given: Given,
  repeated: readonly string[],
): { headerLength: number; bytes: Buffer } {
  const tensors = given.fields.map((field) => ({ field, raw: writeRaw(field, given) }));
  const head = Buffer.from(
    JSON.stringify({
      ...{ model_name: live.model, model_version: String(live.version), id },
      outputs: tensors.map(({ field: { name, datatype, width }, raw }) => ({
        ...{ name, datatype, shape: [given.rows, width(given.classes)] },
        parameters: { binary_data_size: raw.length },
      })),
      parameters: { deployment: live.deployment, ...noteOn(repeated) },
    }),
  );
  return {
    headerLength: head.length,
    bytes: Buffer.concat([head, ...tensors.map(({ raw }) => raw)]),
  };
}
