import { BYTES, type Fields, VARINT } from './wire.ts';

/** Of TensorProto.DataType, by number. As onnxruntime calls them. */
const ELEMENTS = [
  'undefined',
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64',
  'complex64',
  'complex128',
  'bfloat16',
];

/** A number, the name of a dimension, or undefined where the file leaves it open. */
export type Dimension = number | string | undefined;

/** What an input or output is. `shape` is undefined where the file does not say even how many dimensions. */
export type OnnxType =
  | { kind: 'tensor'; element: string; shape: Dimension[] | undefined }
  | { kind: 'sequence' | 'map' | 'other' };

export const NAME_BYTES = 1024;
/** No tensor that we can feed has more. */
const MOST_DIMENSIONS = 64;

export function readType(type: Fields): OnnxType {
  let found: OnnxType = { kind: 'other' };
  while (type.next()) {
    if (type.wire !== BYTES) continue;
    if (type.field === 1) found = readTensorType(type.message());
    else if (type.field === 4) found = { kind: 'sequence' };
    else if (type.field === 5) found = { kind: 'map' };
    else if (type.field !== 6) found = { kind: 'other' };
  }
  return found;
}

function readTensorType(type: Fields): OnnxType {
  let element = 'undefined';
  let shape: Dimension[] | undefined;
  while (type.next()) {
    if (type.is(1, VARINT)) element = ELEMENTS[type.int32()] ?? `type ${type.int32()}`;
    else if (type.is(2, BYTES)) shape = readShape(type.message());
  }
  return { kind: 'tensor', element, shape };
}

function readShape(shape: Fields): Dimension[] {
  const dimensions: Dimension[] = [];
  while (shape.next() && dimensions.length < MOST_DIMENSIONS) {
    if (!shape.is(1, BYTES)) continue;
    const dimension = shape.message();
    let found: Dimension;
    while (dimension.next()) {
      if (dimension.is(1, VARINT)) found = dimension.int64();
      else if (dimension.is(2, BYTES)) found = dimension.string(NAME_BYTES) || undefined;
    }
    dimensions.push(found);
  }
  return dimensions;
}
