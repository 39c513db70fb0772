import { BOOL, FLOAT, INT64, modelOf } from './graph.ts';

const cast = (input: string, output: string, to: number) => ({
  input: [input],
  output: [output],
  op_type: 'Cast',
  attribute: [{ name: 'to', i: to, type: 2 }],
});

/** An ONNX model that onnxruntime refuses to run (a division by zero) for every distance but 0: it loads, and never answers. */
export function throwingModel(): Uint8Array {
  return modelOf('throwing', {
    node: [
      cast('distance', 'far', BOOL),
      { input: ['far'], output: ['near'], op_type: 'Not' },
      cast('near', 'divisor', INT64),
      { input: ['one', 'divisor'], output: ['quotient'], op_type: 'Div' },
      cast('quotient', 'ratio', FLOAT),
      { input: ['ratio'], output: ['score'], op_type: 'Sigmoid' },
    ],
    initializer: [{ name: 'one', dims: [], data_type: INT64, int64_data: [1] }],
  });
}
