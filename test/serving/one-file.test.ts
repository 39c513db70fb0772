import { describe, expect, it } from 'vitest';
import { loadModel } from '../../src/serving/model.ts';
import { encode, tensor } from '../onnx/proto.ts';
import { asBinary } from '../tasks/declared.ts';

/** score = x · w, with w in a file beside it. */
const outside = encode({
  ir_version: 8,
  opset_import: [{ domain: '', version: 17 }],
  graph: {
    name: 'g',
    node: [{ op_type: 'MatMul', input: ['x', 'w'], output: ['score'] }],
    initializer: [
      {
        name: 'w',
        dims: [1, 1],
        data_type: 1,
        data_location: 1,
        external_data: [{ key: 'location', value: 'package.json' }],
      },
    ],
    input: [tensor('x', 1, ['N', 1])],
    output: [tensor('score', 1, ['N', 1])],
  },
});

describe('serving/model', () => {
  it('loads no weights from a second file, even for a version registered before that was refused', async () => {
    // The file exists, and is long enough: without the check its bytes would be the weight.
    const loading = loadModel({ bytes: outside, name: 'flights v1' }, asBinary({ x: 'number' }));
    await expect(loading).rejects.toThrow('The model is not one file');
    await expect(loading).rejects.toMatchObject({ next: expect.stringContaining('save_model') });
  });
});
