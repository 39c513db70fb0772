import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  HEADER_LENGTH,
  isBinaryWanted,
  readBinary,
  writeBinary,
} from '../../src/serving/binary.ts';
import { bodyOf, replyOf } from '../../src/serving/grpc/messages.ts';
import { readRaw, writeRaw } from '../../src/serving/raw-tensors.ts';
import { taskNamed } from '../../src/tasks/index.ts';
import { tries } from '../sweep.ts';

const { fields } = taskNamed('multiclass').answer;
const GIVEN = {
  ...{ fields, classes: ['früh', 'late'], rows: 3 },
  answers: Float64Array.of(0.25, 0.75, 1, 0, Number.NaN, Number.NaN),
};
const LIVE = {
  ...{ model: 'flights', environment: 'production', version: 3, deployment: 'd', artifact: 'a' },
  ...{ features: {}, task: 'multiclass' },
};
const BY = { live: LIVE, answer: taskNamed('multiclass').answer, keys: [] };

const texts = (...all: string[]) =>
  Buffer.concat(
    all.map((text) => {
      const bytes = Buffer.from(text);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return Buffer.concat([length, bytes]);
    }),
  );

describe('serving: tensors as bytes', () => {
  it('reads what numpy writes, with null for NaN', () => {
    const of = (array: ArrayBufferView) => Buffer.from(array.buffer);
    expect(readRaw('x', 'FP32', of(Float32Array.of(0.1, Number.NaN)))).toEqual([
      Math.fround(0.1),
      null,
    ]);
    expect(readRaw('x', 'FP64', of(Float64Array.of(0.1, -1e300)))).toEqual([0.1, -1e300]);
    expect(readRaw('x', 'INT32', of(Int32Array.of(-7, 2 ** 31 - 1)))).toEqual([-7, 2 ** 31 - 1]);
    expect(readRaw('x', 'INT64', of(BigInt64Array.of(-7n, 2n ** 40n)))).toEqual([-7, 2 ** 40]);
    expect(readRaw('x', 'UINT8', Buffer.alloc(3))).toBeUndefined();
  });

  it('reads any texts, from any place in a buffer', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.nat(5), (all, shift) => {
        const buffer = Buffer.concat([Buffer.alloc(shift), texts(...all)]).subarray(shift);
        expect(readRaw('x', 'BYTES', buffer)).toEqual(all);
      }),
      tries(50),
    );
  });

  it.each([
    ['FP32', Buffer.alloc(6), 'input "x" has 6 bytes, expected a multiple of 4 for FP32.'],
    ['BYTES', Buffer.of(1, 0, 0), 'input "x" ends within row 0'],
    [
      'BYTES',
      Buffer.concat([texts('a'), Buffer.of(9, 0, 0, 0, 65)]),
      'input "x" ends within row 1',
    ],
    ['BYTES', Buffer.of(0xff, 0xff, 0xff, 0xff), 'input "x" ends within row 0'],
    ['BYTES', Buffer.of(1, 0, 0, 0, 0xff), 'input "x" is not valid UTF-8 in row 0: send text.'],
  ])('refuses %s that is none', (datatype, bytes, error) => {
    expect(() => readRaw('x', datatype, bytes)).toThrow(error);
  });

  it('writes answers, an unknown class as the empty text', () => {
    const [named, shares] = fields.map((field) => writeRaw(field, GIVEN));
    expect(readRaw('class', 'BYTES', named ?? Buffer.alloc(0))).toEqual(['late', 'früh', '']);
    const values = readRaw('probabilities', 'FP32', shares ?? Buffer.alloc(0));
    expect(values).toEqual([0.25, 0.75, 1, 0, null, null]);
  });
});

describe('serving: the binary extension over HTTP', () => {
  const input = (name: string, datatype: string, binary_data_size: number) => ({
    ...{ name, datatype, shape: [1], parameters: { binary_data_size } },
  });
  const send = (json: object, ...tensors: Buffer[]) => {
    const head = Buffer.from(JSON.stringify(json));
    return () => readBinary(Buffer.concat([head, ...tensors]), String(head.length));
  };
  const one = Buffer.from(Float32Array.of(1.5).buffer);

  it('fills in the data of the inputs that have it behind the JSON', () => {
    const plain = { name: 'b', datatype: 'FP32', shape: [1], data: [2] };
    const carrier = texts('Zürich');
    const inputs = [input('a', 'FP32', 4), plain, input('c', 'BYTES', carrier.length)];
    expect(send({ id: 'q', inputs }, one, carrier)()).toMatchObject({
      id: 'q',
      inputs: [{ data: [1.5] }, { data: [2] }, { data: ['Zürich'] }],
    });
  });

  it('refuses sizes that do not fit', () => {
    expect(send({ inputs: [input('a', 'FP32', 8)] }, one)).toThrow(
      'input "a" has the binary_data_size 8, and 4 bytes follow.',
    );
    expect(send({ inputs: [input('a', 'FP32', -4)] }, one)).toThrow('binary_data_size -4');
    expect(send({ inputs: [input('a', 'FP32', 4)] }, one, one)).toThrow(
      '4 bytes follow the tensors: no input is said to have them.',
    );
    expect(send({ inputs: [{ ...input('a', 'FP32', 4), data: [1] }] }, one)).toThrow('send one');
    for (const length of ['0', '-1', '9999', 'x', '1.5', ['2', '2']])
      expect(() => readBinary(Buffer.from('{}'), length)).toThrow(HEADER_LENGTH);
  });

  it('answers in bytes whoever asks for it', () => {
    expect(isBinaryWanted({ inputs: [] })).toBe(false);
    expect(isBinaryWanted({ parameters: { binary_data_output: false } })).toBe(false);
    expect(isBinaryWanted({ parameters: { binary_data_output: true } })).toBe(true);
    expect(isBinaryWanted({ outputs: [{ parameters: { binary_data: true } }] })).toBe(true);
    const { headerLength, bytes } = writeBinary(BY, 'q', GIVEN, []);
    const head = JSON.parse(bytes.subarray(0, headerLength).toString());
    expect(head).toMatchObject({
      ...{ model_name: 'flights', model_version: '3', id: 'q', parameters: { deployment: 'd' } },
      outputs: [
        { name: 'class', datatype: 'BYTES', shape: [3, 1] },
        { name: 'probabilities', datatype: 'FP32', shape: [3, 2] },
      ],
    });
    const tensors = fields.map((field) => writeRaw(field, GIVEN));
    expect(bytes.subarray(headerLength)).toEqual(Buffer.concat(tensors));
  });
});

describe('serving: messages of gRPC', () => {
  const empty = {
    ...{ int_contents: [], int64_contents: [], fp32_contents: [], fp64_contents: [] },
    bytes_contents: [],
  };
  const message = {
    ...{ model_name: 'flights', model_version: '', id: 'q', raw_input_contents: [] },
    parameters: { ids: { string_param: '["a"]' }, times: { string_param: '2001-02-03T04:05:06Z' } },
    inputs: [
      {
        ...{ name: 'a', datatype: 'FP32', shape: ['2', '1'] },
        contents: { ...empty, fp32_contents: [1.5, Number.NaN] },
      },
    ],
  };

  it('become what JSON would have, typed or raw', () => {
    const expected = {
      id: 'q',
      inputs: [{ name: 'a', datatype: 'FP32', shape: [2, 1], data: [1.5, null] }],
      parameters: { ids: ['a'], times: ['2001-02-03T04:05:06Z'] },
    };
    expect(bodyOf(message)).toEqual(expected);
    const raw = Buffer.from(Float32Array.of(1.5, Number.NaN).buffer);
    const inputs = message.inputs.map((input) => ({ ...input, contents: null }));
    expect(bodyOf({ ...message, inputs, raw_input_contents: [raw] })).toEqual(expected);
    expect(() => bodyOf({ ...message, raw_input_contents: [raw] })).toThrow('send one');
    expect(() => bodyOf({ ...message, raw_input_contents: [raw, raw] })).toThrow('2 tensors');
    expect(() => bodyOf({ ...message, parameters: { ids: { string_param: '[a' } } })).toThrow(
      'the parameter ids is not JSON',
    );
  });

  it('answer in the form of the request', () => {
    const inferred = { by: BY, id: 'q', given: GIVEN, repeated: ['a'] };
    const raw = replyOf(inferred, true);
    expect(raw.raw_output_contents).toEqual(fields.map((field) => writeRaw(field, GIVEN)));
    expect(raw.parameters).toMatchObject({
      deployment: { string_param: 'd' },
      repeated: { int64_param: '1' },
    });
    const { outputs, raw_output_contents } = replyOf(inferred, false);
    expect(raw_output_contents).toEqual([]);
    expect(outputs[0]?.contents?.bytes_contents?.map(String)).toEqual(['late', 'früh', '']);
  });
});
