import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Column } from '../../../examples/flights/trainer/table.ts';

/** onnxruntime's answer for these columns: every output by name, flattened. */
export async function served(model: Uint8Array, columns: Column[]) {
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1 });
  const feeds = columns.map((column) => {
    const shape = [column.values.length, 1];
    // A gateway sends a missing category as an empty string, which no airport has as its name.
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
  const answers = await session.run(Object.fromEntries(feeds));
  return {
    names: [...session.outputNames],
    dims: (name: string) => answers[name]?.dims,
    /** A float32 output `[n, width]` as one array per column. */
    columns(name: string): Float64Array[] {
      const { data, dims } = answers[name] ?? {};
      if (!(data instanceof Float32Array)) throw new Error(`serving: no float32 \`${name}\``);
      const [rows = 0, width = 0] = dims ?? [];
      return Array.from({ length: width }, (_, at) =>
        Float64Array.from({ length: rows }, (_, row) => data[row * width + at] ?? Number.NaN),
      );
    },
    texts: (name: string): string[] => Array.from(answers[name]?.data ?? [], String),
  };
}
