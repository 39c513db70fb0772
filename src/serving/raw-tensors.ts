import { isUtf8 } from 'node:buffer';
import { BadInput } from '../core/errors.ts';
import type { AnswerField } from '../core/task.ts';
import type { Given } from './answer.ts';
import { say } from './say.ts';

/*
 * Tensors as bytes, as the protocol's gRPC form and its binary extension over HTTP have them: numbers in little endian,
 * and each text behind its length in 4 bytes.
 */

const LENGTH_BYTES = 4;

interface RawNumber {
  bytes: number;
  read(from: DataView, at: number): number;
}

/** Over 2^53 a number is not exact; what reads the tensor refuses it. */
const NUMBERS: Readonly<Record<string, RawNumber>> = {
  FP32: { bytes: 4, read: (from, at) => from.getFloat32(at, true) },
  FP64: { bytes: 8, read: (from, at) => from.getFloat64(at, true) },
  INT32: { bytes: 4, read: (from, at) => from.getInt32(at, true) },
  INT64: { bytes: 8, read: (from, at) => Number(from.getBigInt64(at, true)) },
};

/**
 * The values of a tensor, as JSON would have them: a number that is NaN is missing, and null. Undefined for a datatype
 * that no model takes, which is refused where the tensor is read.
 * @throws BadInput if the bytes are not such values
 */
export function readRaw(name: unknown, datatype: unknown, raw: Buffer): unknown[] | undefined {
  if (datatype === 'BYTES') return texts(name, raw);
  const number = typeof datatype === 'string' ? NUMBERS[datatype] : undefined;
  if (!number) return undefined;
  if (raw.length % number.bytes !== 0)
    throw new BadInput(
      `input ${say(name)} has ${raw.length} bytes, expected a multiple of ${number.bytes} for ${datatype}.`,
    );
  const view = new DataView(raw.buffer, raw.byteOffset, raw.length);
  return Array.from({ length: raw.length / number.bytes }, (_, at) => {
    const value = number.read(view, at * number.bytes);
    return Number.isNaN(value) ? null : value;
  });
}

function texts(name: unknown, raw: Buffer): string[] {
  const found: string[] = [];
  for (let at = 0; at < raw.length; ) {
    const from = at + LENGTH_BYTES;
    const to = from > raw.length ? Number.NaN : from + raw.readUInt32LE(at);
    if (!(to <= raw.length))
      throw new BadInput(
        `input ${say(name)} ends within row ${found.length}: each text is expected behind its length in ${LENGTH_BYTES} bytes.`,
      );
    found.push(textOf(name, raw.subarray(from, to), found.length));
    at = to;
  }
  return found;
}

/** @throws BadInput for bytes that are not UTF-8: a replaced byte would be another category */
export function textOf(name: unknown, bytes: Buffer, row: number): string {
  if (!isUtf8(bytes))
    throw new BadInput(`input ${say(name)} is not valid UTF-8 in row ${row}: send text.`);
  return bytes.toString('utf8');
}

/** The values of one output, row by row. A class that is not known is the empty text. */
export function valuesOf({ of }: AnswerField, { answers, rows, classes }: Given) {
  return Array.from({ length: rows }, (_, row) => of(answers, row, classes)).flat();
}

/** The same as bytes. */
export function writeRaw(field: AnswerField, given: Given): Buffer {
  const values = valuesOf(field, given);
  if (field.datatype === 'FP32') {
    const bytes = Buffer.alloc(4 * values.length);
    for (const [at, value] of values.entries()) bytes.writeFloatLE(Number(value), 4 * at);
    return bytes;
  }
  return Buffer.concat(
    values.flatMap((value) => {
      const text = Buffer.from(typeof value === 'string' ? value : '');
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt32LE(text.length);
      return [length, text];
    }),
  );
}
