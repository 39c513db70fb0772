import { declaredOutputs } from './answer.ts';
import type { Answerer } from './challenger/rollout.ts';

/** What the protocol says of a model. */
export interface ModelMetadata {
  name: string;
  versions: string[];
  platform: string;
  inputs: TensorMetadata[];
  outputs: TensorMetadata[];
  /** The columns of the probabilities. */
  parameters?: { classes: readonly string[] };
}

interface TensorMetadata {
  name: string;
  datatype: string;
  shape: number[];
}

export const SERVER = {
  name: 'wheelhouse',
  version: '2',
  extensions: ['binary_tensor_data'],
} as const;

/** @param by the version that answers */
export function modelMetadata({ live, answer }: Pick<Answerer, 'live' | 'answer'>): ModelMetadata {
  return {
    name: live.model,
    versions: [String(live.version)],
    platform: 'onnxruntime_onnx',
    inputs: Object.entries(live.features).map(([name, kind]) => ({
      name,
      datatype: kind === 'number' ? 'FP32' : 'BYTES',
      shape: [-1, 1],
    })),
    outputs: declaredOutputs(answer, live.classes ?? []),
    ...(live.classes && { parameters: { classes: live.classes } }),
  };
}
