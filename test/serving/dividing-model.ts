import { BOOL, FLOAT, INT64, modelOf } from './graph.ts';

const LEAST = '-9223372036854775808';

const cast = (input: string, output: string, to: number) => ({
  input: [input],
  output: [output],
  op_type: 'Cast',
  attribute: [{ name: 'to', i: to, type: 2 }],
});

/**
 * An ONNX model that ends its process by SIGFPE where a distance is `at`: onnxruntime divides the least int64 by −1
 * unchecked. Everywhere else it answers a number from 0 to 1.
 */
export function crashingModel(at: number): Uint8Array {
  return modelOf('crashing', {
    node: [
      cast('distance', 'whole', INT64),
      { input: ['whole', 'limit'], output: ['left'], op_type: 'Sub' },
      { input: ['least', 'left'], output: ['quotient'], op_type: 'Div' },
      cast('quotient', 'ratio', FLOAT),
      { input: ['ratio'], output: ['score'], op_type: 'Sigmoid' },
    ],
    initializer: [
      // At `at`, −1 is left; at `at` + 1 it would divide by zero, which onnxruntime refuses.
      { name: 'limit', dims: [], data_type: INT64, int64_data: [at + 1] },
      { name: 'least', dims: [], data_type: INT64, int64_data: [LEAST] },
    ],
  });
}

/**
 * An ONNX model that onnxruntime fails to run (a division by zero) for every distance but 0: it loads, and never
 * answers.
 */
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
