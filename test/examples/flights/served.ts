import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Column } from '../../../examples/flights/trainer/table.ts';

/** What onnxruntime answers for these columns, one score a row. */
export async function served(model: Uint8Array, columns: Column[]): Promise<Float64Array> {
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1 });
  const feeds = columns.map((column) => {
    const shape = [column.values.length, 1];
    // A gateway sends a missing category as an empty string: no airport is called that.
    return column.kind === 'number'
      ? [column.name, new Tensor('float32', column.values, shape)]
      : [
          column.name,
          new Tensor(
            'string',
            column.values.map((value) => value ?? ''),
            shape,
          ),
        ];
  });
  const { score } = await session.run(Object.fromEntries(feeds));
  if (!(score?.data instanceof Float32Array)) throw new Error('serving: no float32 `score`');
  return Float64Array.from(score.data);
}
