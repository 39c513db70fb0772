import { BOOL, FLOAT, INT64, modelOf, value } from './graph.ts';

const EVER = '9223372036854775807';

/** An ONNX model over `distance` and `carrier` that answers sigmoid(distance) after this many rounds of a loop. */
export const slowModel = (rounds: number): Uint8Array => loopingModel(undefined, String(rounds));

/**
 * An ONNX model over `distance` and `carrier` that answers sigmoid(distance), but never where a distance is above
 * `beyond`: its loop runs 2^63 rounds. With `beyond` undefined the loop does not depend on the request, so it hangs
 * while the model is loaded: its warm-up never ends.
 */
export const endlessModel = (beyond?: number): Uint8Array => loopingModel(beyond, EVER);

function loopingModel(beyond: number | undefined, rounds: string): Uint8Array {
  const body = {
    name: 'body',
    node: [
      { input: ['again'], output: ['still'], op_type: 'Identity' },
      { input: ['carried'], output: ['next'], op_type: 'Identity' },
    ],
    input: [value('round', INT64, []), value('again', BOOL, []), value('carried', FLOAT)],
    output: [value('still', BOOL, []), value('next', FLOAT)],
  };
  const condition =
    beyond === undefined
      ? []
      : [
          {
            input: ['distance'],
            output: ['largest'],
            op_type: 'ReduceMax',
            attribute: [{ name: 'keepdims', i: 0, type: 2 }],
          },
          { input: ['largest', 'beyond'], output: ['on'], op_type: 'Greater' },
        ];
  return modelOf('endless', {
    node: [
      ...condition,
      {
        input: ['ever', 'on', 'distance'],
        output: ['through'],
        op_type: 'Loop',
        attribute: [{ name: 'body', g: body, type: 5 }],
      },
      { input: ['through'], output: ['score'], op_type: 'Sigmoid' },
    ],
    initializer: [
      { name: 'ever', dims: [], data_type: INT64, int64_data: [rounds] },
      ...(beyond === undefined
        ? [{ name: 'on', dims: [], data_type: BOOL, int32_data: [1] }]
        : [{ name: 'beyond', dims: [], data_type: FLOAT, float_data: [beyond] }]),
    ],
  });
}
