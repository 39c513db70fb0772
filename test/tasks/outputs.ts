import type { OutputValue } from '../../src/core/model-outputs.ts';

/** An output of an ONNX file as onnxruntime describes it. */
export const tensor = (
  name: string,
  element: string,
  ...shape: (number | undefined)[]
): OutputValue => ({
  name,
  type: { kind: 'tensor', element, shape },
});

/** The default output of scikit-learn's converter. */
export const zipMap: OutputValue = { name: 'output_probability', type: { kind: 'sequence' } };
