import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refused, WheelhouseError } from '../../src/core/errors.ts';
import { createFolderArtifacts } from '../../src/objects/artifacts.ts';
import { assertSelfContained } from '../../src/onnx/self-contained.ts';
import { createScorer } from '../../src/serving/batch.ts';
import { forkScoring } from '../compiled/fork.ts';
import { biased } from '../serving/world.ts';
import { asBinary } from '../tasks/declared.ts';
import { assault, describe, expect, it, requireCleanPrototypes } from './assault.ts';
import { mutatedBytes, type Source } from './source.ts';

const FEATURES = { distance: 'number', carrier: 'category' } as const;
const COLUMNS = {
  labels: Uint8Array.of(0, 1),
  features: { distance: [1, 2], carrier: ['AA', 'UA'] },
};
/** Loading one takes a separate process, so most are only parsed. */
const EVERY = 25;

function hostile(source: Source, good: Uint8Array): Buffer {
  const kind = source.int(0, 9);
  if (kind === 0) return source.bytes(source.int(0, 5000));
  // Nested messages, each with the largest length.
  if (kind === 1) return Buffer.from('3a'.repeat(source.int(1, 30_000)), 'hex');
  if (kind === 2)
    return Buffer.concat([
      Buffer.from('08083affffffff0f', 'hex'),
      source.bytes(source.int(0, 300)),
    ]);
  if (kind === 3) return Buffer.concat([Buffer.from(good), Buffer.from(good)]);
  return mutatedBytes(source, good);
}

describe('abuse: onnx', () => {
  it('reads or refuses every hostile model file, and survives what it does to the runtime', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-abuse-'));
    const artifacts = createFolderArtifacts(folder);
    const scorer = createScorer(artifacts, forkScoring);
    const good = biased(0.25);

    async function score(bytes: Uint8Array): Promise<Float64Array> {
      const { sha256 } = await artifacts.putBytes(bytes);
      const { signal } = new AbortController();
      return scorer.score(sha256, COLUMNS, asBinary(FEATURES), { name: 'flights v1', signal });
    }

    try {
      await assault('onnx', {
        async attack(source, index) {
          const bytes = hostile(source, good);
          try {
            assertSelfContained(bytes);
            if (index % EVERY === 0) expect(await score(bytes)).toHaveLength(2);
          } catch (error) {
            if (!(error instanceof WheelhouseError)) throw error;
            if (error instanceof Refused) expect(error.next).toBeDefined();
            expect(error.message).not.toContain('\0');
          }
        },
        async unharmed() {
          expect([...(await score(good))].every((one) => one > 0 && one < 1)).toBe(true);
          requireCleanPrototypes();
        },
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
