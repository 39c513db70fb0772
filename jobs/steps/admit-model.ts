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

/**
 * Stores and checks the predictions that a training program wrote of its own. As for the model, what is checked is what
 * is in the store. Throws Refused.
 */
export async function admitPredictions(
  { path, spec, rows }: Reported,
  { artifacts, scorer }: Needs<'artifacts' | 'scorer'>,
): Promise<{ sha256: string; rows: number }> {
  const { sha256 } = await artifacts.putFile(path);
  const stored = await artifacts.path(sha256);
  const { rows: predicted } = await scorer.predictions(stored, spec, rows.rows);
  return { sha256, rows: predicted.length };
}
