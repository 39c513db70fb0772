import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inWords, Refused } from '../../src/core/errors.ts';
import { readModel } from '../../src/onnx/read.ts';
import { assertSelfContained } from '../../src/onnx/self-contained.ts';
import { fieldsOf, Malformed } from '../../src/onnx/wire.ts';
import { tinyModel } from '../serving/tiny-model.ts';
import { graph, model, outside, placesOf } from './places.ts';
import { encode, tensor } from './proto.ts';

const refusal = (bytes: Uint8Array): string => {
  try {
    assertSelfContained(bytes);
  } catch (error) {
    if (error instanceof Refused) return inWords(error);
    throw error;
  }
  return 'it was taken';
};

const PLACES = placesOf(outside);

describe('onnx/self-contained', () => {
  it.each(Object.entries(PLACES))('refuses weights in a second file: %s', (_, place) => {
    expect(refusal(encode(model(place)))).toBe(
      'The model is not one file: the tensor "w" has its values in "weights.bin". ' +
        'Save it as one: onnx.save_model(model, "model.onnx", save_as_external_data=False).',
    );
  });

  it.each([
    ['a location without the mark', { ...outside, data_location: 0 }],
    ['the mark without a location', { ...outside, external_data: [] }],
    // Protobuf drops the upper half of an enum: onnxruntime reads this as 1.
    ['a mark of 2^32 + 1', { ...outside, external_data: [], data_location: 2 ** 32 + 1 }],
  ])('refuses %s', (_, odd) => {
    expect(refusal(encode(model({ graph: { ...graph, initializer: [odd] } })))).toContain(
      'is not one file',
    );
  });

  it('refuses what a second graph adds to the first: protobuf merges them', () => {
    const first = encode(model({ graph }));
    const second = encode({ graph: { initializer: [outside] } });
    expect(refusal(Buffer.concat([first, second]))).toContain('"weights.bin"');
  });

  it('reads what follows two fields of the same long number', () => {
    // The type of an attribute has the number 20, whose two bytes begin like a length.
    const type = (value: number) => Buffer.from([0xa0, 0x01, value]);
    const fields = fieldsOf(Buffer.concat([type(1), type(2), Buffer.from([0x28, 3])]));
    const seen: number[] = [];
    while (fields.next()) {
      fields.skipAlike();
      seen.push(fields.field);
    }
    expect(seen).toEqual([20, 20, 5]);
  });

  it('counts many and names a few', () => {
    const initializer = Array.from({ length: 40 }, (_, at) => ({ ...outside, name: `w${at}` }));
    expect(refusal(encode(model({ graph: { ...graph, initializer } })))).toContain(
      'not one file: 40 tensors (first "w0", "w1", "w2", "w3", "w4") have their values in "weights.bin"',
    );
  });

  it('accepts a complete model, and describes it', () => {
    const bytes = tinyModel({ weights: { a: 1 }, categories: { c: { x: 1 } }, bias: 0 });
    expect(assertSelfContained(bytes)).toEqual({
      irVersion: 8,
      opsets: new Map([
        ['', 15],
        ['ai.onnx.ml', 2],
      ]),
      inputs: [
        { name: 'a', type: { kind: 'tensor', element: 'float32', shape: ['N', 1] } },
        { name: 'c', type: { kind: 'tensor', element: 'string', shape: ['N', 1] } },
      ],
      outputs: [{ name: 'score', type: { kind: 'tensor', element: 'float32', shape: ['N', 1] } }],
      operators: new Map([
        ['ai.onnx.ml', new Set(['LabelEncoder'])],
        ['', new Set(['Concat', 'Gemm', 'Sigmoid'])],
      ]),
      external: { count: 0, first: [] },
    });
  });

  it('leaves out inputs that have a value in the file', () => {
    const inputs = [...graph.input, tensor('w', 1, [2])];
    const old = encode(model({ graph: { ...graph, input: inputs, initializer: [{ name: 'w' }] } }));
    expect(readModel(old).inputs.map(({ name }) => name)).toEqual(['x']);
  });

  it.each([
    ['a pickle', Buffer.from([0x80, 4, 0x95, 1, 2]), 'it is a Python pickle'],
    ['nothing', Buffer.alloc(0), 'it is empty'],
    ['an .ort file', Buffer.from('\x1c\0\0\0ORTM\0\0\0'), "onnxruntime's own format"],
    // Protobuf by its tags, yet onnxruntime takes it for the other format.
    [
      'a file of both formats',
      encode({ ir_version: 8, producer_name: 'ORTM', graph }),
      'own format',
    ],
    ['text', Buffer.from('<html>404</html>'), 'it is HTML or XML'],
    ['half a model', encode(model({ graph })).subarray(0, 40), 'ends in the middle of a field'],
    ['another protobuf', encode({ producer_name: 'x' }), 'it holds no graph'],
  ])('describes %s', (_, bytes, words) => {
    expect(refusal(bytes)).toContain(words);
  });

  it('refuses endless nesting before the stack overflows', () => {
    let nested: Uint8Array = new Uint8Array();
    // From the inside: attribute.g, node.attribute, graph.node.
    for (let level = 0; level < 3000; level += 1)
      nested = Buffer.concat([tag([0x32, 0x2a, 0x0a][level % 3] ?? 0, nested.length), nested]);
    const bytes = Buffer.concat([encode({ ir_version: 8 }), tag(0x3a, nested.length), nested]);
    expect(refusal(bytes)).toMatch(/deeper than 100 levels/);
  });

  it('handles any bytes', () => {
    const whole = tinyModel({ weights: { a: 1 }, categories: { c: { x: 1 } }, bias: 0 });
    const broken = fc
      .array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 })
      .map((changes) => {
        const copy = Uint8Array.from(whole);
        for (const [at, byte] of changes) copy[at] = byte;
        return copy;
      });
    fc.assert(
      fc.property(fc.oneof(broken, fc.uint8Array({ maxLength: 400 })), (bytes) => {
        try {
          return readModel(bytes).irVersion > 0;
        } catch (error) {
          return error instanceof Malformed;
        }
      }),
      { numRuns: 3000 },
    );
  });
});

function tag(byte: number, length: number): Uint8Array {
  const varint: number[] = [];
  for (let rest = length; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.from([byte, ...varint, rest]);
    varint.push((rest % 128) | 128);
  }
}
