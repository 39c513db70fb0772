import type { ModelSpec } from '../../src/core/model.ts';
import type { Inspection } from '../../src/core/ports/programs.ts';
import type { Needs } from '../../src/core/world.ts';
import { admit } from '../../src/onnx/admit.ts';

interface Reported {
  path: string;
  spec: Pick<ModelSpec, 'features' | 'task' | 'classes'>;
  /** For the rows that it was trained on. */
  rows: Inspection;
}

/**
 * Stores and checks what a training program reported as its model. The bytes that are checked are those in the
 * store, because the program's own file may still change. Throws Refused.
 */
export async function admitModel(
  { path, spec, rows }: Reported,
  { artifacts }: Needs<'artifacts'>,
): Promise<{ artifact: { sha256: string; bytes: number }; warnings: readonly string[] }> {
  const artifact = await artifacts.putFile(path);
  const bytes = await artifacts.read(artifact.sha256);
  return { artifact, warnings: admit(bytes, spec, rows.notWhole) };
}
