import { z } from 'zod';
import { receiverAddress, secretVariable } from '../src/core/signed-message.ts';
import type { TrackingSpec } from '../src/core/tracking.ts';

/** The tracking server to which versions are exported, and from which models are imported. */
const Shape = z.strictObject({
  url: receiverAddress,
  token_env: secretVariable.optional(),
  /** Whether registered versions appear there. */
  export: z.boolean().default(true),
});
export const MlflowFile = Shape.optional();

/** All keys of it, for suggestions. */
export const MLFLOW_KEYS: readonly string[] = Object.keys(Shape.shape);

export function trackingOf(file: z.output<typeof MlflowFile>): TrackingSpec | undefined {
  if (!file) return undefined;
  const { url, token_env: tokenVariable, export: exports } = file;
  return { url, tokenVariable, exports };
}
