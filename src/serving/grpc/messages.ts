import { BadInput } from '../../core/errors.ts';
import type { Inferred } from '../inference.ts';
import { readRaw, textOf, valuesOf, writeRaw } from '../raw-tensors.ts';
import { noteOn } from '../reply.ts';
import { say } from '../say.ts';

/** As the loader decodes it: every field is there, and an int64 is its digits. */
export interface InferMessage {
  model_name: string;
  model_version: string;
  id: string;
  parameters: Record<string, Parameter>;
  inputs: {
    name: string;
    datatype: string;
    shape: string[];
    contents: Contents | null;
  }[];
  raw_input_contents: Buffer[];
}

interface Parameter {
  parameter_choice?: string;
  bool_param?: boolean;
  int64_param?: string;
  string_param?: string;
  double_param?: number;
  uint64_param?: string;
}

interface Contents {
  int_contents: number[];
  int64_contents: string[];
  fp32_contents: number[];
  fp64_contents: number[];
  bytes_contents: Buffer[];
}

/** What is sent back. Outputs have the form in which the inputs came. */
export interface InferReply {
  model_name: string;
  model_version: string;
  id: string;
  parameters: Record<string, Parameter>;
  outputs: { name: string; datatype: string; shape: number[]; contents?: Partial<Contents> }[];
  raw_output_contents: Buffer[];
}

/**
 * The body that a request over HTTP would have, so that both are checked by the same code.
 * @throws BadInput if the tensors are not what their datatypes say
 */
export function bodyOf(message: InferMessage): object {
  const { inputs, id, raw_input_contents: raw } = message;
  const isRaw = raw.length > 0;
  if (isRaw && raw.length !== inputs.length)
    throw new BadInput(
      `raw_input_contents has ${raw.length} tensors, and there are ${inputs.length} inputs.`,
    );
  const tensors = inputs.map(({ name, datatype, shape, contents }, at) => {
    if (isRaw && contents)
      throw new BadInput(`input ${say(name)} has contents and raw_input_contents: send one.`);
    const bytes = raw[at];
    const data = bytes ? readRaw(name, datatype, bytes) : typed(name, datatype, contents);
    return { name, datatype, shape: shape.map(Number), data };
  });
  return {
    ...(id !== '' && { id }),
    inputs: tensors,
    parameters: Object.fromEntries(
      Object.entries(message.parameters).map(([name, value]) => [name, parameterOf(name, value)]),
    ),
  };
}

function typed(name: string, datatype: string, contents: Contents | null): unknown[] | undefined {
  if (datatype === 'BYTES')
    return (contents?.bytes_contents ?? []).map((bytes, row) => textOf(name, bytes, row));
  if (datatype === 'INT32') return contents?.int_contents ?? [];
  if (datatype === 'INT64') return (contents?.int64_contents ?? []).map(Number);
  if (datatype === 'FP32') return (contents?.fp32_contents ?? []).map(nullForNaN);
  if (datatype === 'FP64') return (contents?.fp64_contents ?? []).map(nullForNaN);
  return undefined;
}

const nullForNaN = (value: number): number | null => (Number.isNaN(value) ? null : value);

/** Parameters of the protocol have no lists: a list is its JSON, and for one row the value itself will do. */
const LISTS = new Set(['ids', 'times']);

function parameterOf(name: string, parameter: Parameter): unknown {
  const { bool_param, int64_param, string_param, double_param, uint64_param } = parameter;
  const digits = int64_param ?? uint64_param;
  const value =
    string_param ??
    bool_param ??
    double_param ??
    (digits === undefined ? undefined : Number(digits));
  if (!LISTS.has(name) || typeof value !== 'string') return value;
  if (!value.trimStart().startsWith('[')) return [value];
  try {
    return JSON.parse(value);
  } catch (cause) {
    throw new BadInput(`the parameter ${name} is not JSON: send a list of texts as JSON.`, {
      cause,
    });
  }
}

/** @param isRaw the inputs came as `raw_input_contents` */
export function replyOf({ by, id, given, repeated }: Inferred, isRaw: boolean): InferReply {
  const { repeated: count, note } = noteOn(repeated);
  return {
    model_name: by.live.model,
    model_version: String(by.live.version),
    id,
    parameters: {
      deployment: { string_param: by.live.deployment },
      ...(count !== undefined && { repeated: { int64_param: String(count) } }),
      ...(note !== undefined && { note: { string_param: note } }),
    },
    outputs: given.fields.map((field) => ({
      ...{ name: field.name, datatype: field.datatype },
      shape: [given.rows, field.width(given.classes)],
      ...(!isRaw && { contents: contentsOf(field.datatype, valuesOf(field, given)) }),
    })),
    raw_output_contents: isRaw ? given.fields.map((field) => writeRaw(field, given)) : [],
  };
}

function contentsOf(datatype: string, values: readonly (number | string)[]): Partial<Contents> {
  return datatype === 'FP32'
    ? { fp32_contents: values.map(Number) }
    : {
        bytes_contents: values.map((value) => Buffer.from(typeof value === 'string' ? value : '')),
      };
}
