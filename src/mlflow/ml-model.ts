import type { FeatureSchema } from '../core/model.ts';
import type { Version } from '../core/ports/versions.ts';

/**
 * The file `MLmodel` of a folder with a `model.onnx`: its flavours `onnx` and `python_function`, and its signature.
 * JSON is YAML too. https://mlflow.org/docs/latest/ml/model/#storage-format
 */
export function describeModel(
  { version, features }: { version: Version; features: FeatureSchema },
  run: string,
): string {
  const inputs = Object.entries(features).map(([name, kind]) => ({
    ...{ type: 'tensor', name },
    'tensor-spec': { dtype: kind === 'number' ? 'float32' : 'object', shape: [-1, 1] },
  }));
  return `${JSON.stringify(
    {
      artifact_path: 'model',
      run_id: run,
      utc_time_created: version.createdAt.toISOString().replace('T', ' ').slice(0, -1),
      flavors: {
        onnx: {
          onnx_version: '1.17.0',
          data: 'model.onnx',
          providers: ['CPUExecutionProvider'],
          code: null,
        },
        python_function: { loader_module: 'mlflow.onnx', data: 'model.onnx', env: null },
      },
      signature: { inputs: JSON.stringify(inputs), outputs: null, params: null },
      metadata: { wheelhouse: { model: version.model, version: version.number, run: version.run } },
    },
    undefined,
    2,
  )}\n`;
}
