import { readEntry } from './tensors.ts';
import { NAME_BYTES } from './types.ts';
import { BYTES, type Fields, fieldsOf, Malformed, VARINT } from './wire.ts';

/** What a message holds, by field number: every way to a tensor. As in `readModel`. */
const INSIDE: Record<string, Readonly<Record<number, string>>> = {
  model: { 7: 'graph', 20: 'training', 25: 'function' },
  training: { 1: 'graph', 2: 'graph' },
  function: { 7: 'node', 11: 'attribute' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  attribute: {
    ...{ 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  },
};

/** Tensors may all name the same bytes: a small model could become any size. */
const LARGEST = 1024 * 1024 * 1024;

/** Of a file beside the model: its bytes from `from`, or to its end. */
interface Piece {
  location: string;
  from: number;
  length: number | undefined;
}
type Find = (piece: Piece) => Uint8Array;

/** The names of the files in which a model keeps values of its tensors. Throws Malformed if it is not an ONNX file. */
export function filesBeside(model: Uint8Array): string[] {
  const names = new Set<string>();
  rewrite('model', fieldsOf(model), ({ location }) => {
    names.add(location);
    return new Uint8Array();
  });
  return [...names];
}

/**
 * A model as one file: values that are in other files become part of it, and all else stays as it is.
 * https://onnx.ai/onnx/repo-docs/ExternalData.html
 * @param files the others, by their names
 * @throws Malformed if it is not an ONNX file, or a file does not have the values that the model names
 */
export function asOneFile(model: Uint8Array, files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  let total = model.byteLength;
  const parts = rewrite('model', fieldsOf(model), ({ location, from, length }) => {
    const bytes = files.get(location);
    if (!bytes) throw new Malformed(`its file "${location}" is missing`);
    const to = length === undefined ? bytes.byteLength : from + length;
    if (from > to || to > bytes.byteLength)
      throw new Malformed(`its file "${location}" is shorter than it says`);
    total += to - from;
    if (total > LARGEST)
      throw new Malformed(`it is larger than ${LARGEST / 1024 / 1024} MB as one file`);
    return bytes.subarray(from, to);
  });
  return parts ? Buffer.concat(parts) : model;
}

/** The parts of a message with the values in it; undefined if it has none elsewhere. */
function rewrite(kind: string, message: Fields, find: Find): Uint8Array[] | undefined {
  const inside = INSIDE[kind] ?? {};
  const parts: Uint8Array[] = [];
  let isChanged = false;
  while (message.next()) {
    const { field } = message;
    const what = message.wire === BYTES ? inside[field] : undefined;
    // Forests have one number per field.
    if (what === undefined) message.skipAlike();
    const whole = message.whole();
    const rewritten =
      what === undefined
        ? undefined
        : what === 'tensor'
          ? rewriteTensor(message.message(), find)
          : rewrite(what, message.message(), find);
    if (rewritten) parts.push(...framed(field, rewritten));
    else parts.push(whole);
    isChanged ||= rewritten !== undefined;
  }
  return isChanged ? parts : undefined;
}

const RAW_DATA = 9;
const EXTERNAL_DATA = 13;
const DATA_LOCATION = 14;

function rewriteTensor(tensor: Fields, find: Find): Uint8Array[] | undefined {
  const parts: Uint8Array[] = [];
  const entries = new Map<string, string>();
  let isElsewhere = false;
  while (tensor.next()) {
    if (tensor.is(EXTERNAL_DATA, BYTES)) {
      const { key, value } = readEntry(tensor.message());
      entries.set(key, value);
      isElsewhere = true;
    } else if (tensor.is(DATA_LOCATION, VARINT)) isElsewhere ||= tensor.int32() !== 0;
    else if (tensor.is(RAW_DATA, BYTES)) continue;
    else {
      tensor.skipAlike();
      parts.push(tensor.whole());
    }
  }
  if (!isElsewhere) return undefined;
  const location = entries.get('location') ?? '';
  if (location.length >= NAME_BYTES)
    throw new Malformed('the name of a file beside it is too long');
  const length = entries.has('length') ? numberIn(entries, 'length') : undefined;
  const raw = find({ location, from: numberIn(entries, 'offset'), length });
  return [...parts, ...framed(RAW_DATA, [raw])];
}

function numberIn(entries: ReadonlyMap<string, string>, key: string): number {
  const text = entries.get(key) ?? '0';
  if (!/^\d{1,15}$/.test(text)) throw new Malformed(`the ${key} of values beside it is no number`);
  return Number(text);
}

/** A field with a length before it. */
function framed(field: number, parts: readonly Uint8Array[]): Uint8Array[] {
  const length = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return [Buffer.from([...varint(field * 8 + BYTES), ...varint(length)]), ...parts];
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return [...bytes, left];
    bytes.push((left % 128) | 128);
  }
}
