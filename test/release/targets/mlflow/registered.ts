import { createHash } from 'node:crypto';
import type { Version } from '../../../../src/core/ports/versions.ts';
import type { RegisteredVersion } from '../../../../src/core/target-kind.ts';
import { flights } from '../../../training/spec.ts';

/** A registry in which every version has this file. */
export function registeredOf(bytes: Uint8Array) {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return async (model: string, number: number): Promise<RegisteredVersion> => ({
    version: {
      ...{ id: `${model}@${number}`, model, number, run: `run-${number}`, createdBy: 'ada' },
      artifact: { sha256, bytes: bytes.byteLength },
      dataset: { window: flights.training.window, sha256: 'd'.repeat(64), rows: 744 },
      parameters: { trees: 50 },
      reported: { train_auc: 0.71, 'odd (name)': 1, lost: Number.NaN },
      ...{ code: { revision: 'c0ffee', dirty: false }, runtime: {} },
      createdAt: new Date('2026-11-30'),
    } satisfies Version,
    evaluation: undefined,
    bytes: async () => bytes,
  });
}
