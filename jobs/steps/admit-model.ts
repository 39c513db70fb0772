import { inWords, WheelhouseError } from '../../src/core/errors.ts';
import type { Needs } from '../../src/core/world.ts';
import { assertSelfContained } from '../../src/onnx/self-contained.ts';

/**
 * Takes in what a training program reported as its model. The bytes that are looked at are those in
 * the store: the program's own file may change after that. Throws Refused, which the run's log holds too.
 */
export async function admitModel(
  { run, path }: { run: string; path: string },
  { artifacts, runFolders }: Needs<'artifacts' | 'runFolders'>,
): Promise<{ sha256: string; bytes: number }> {
  const artifact = await artifacts.putFile(path);
  try {
    assertSelfContained(await artifacts.read(artifact.sha256));
  } catch (error) {
    if (error instanceof WheelhouseError) await runFolders.log(run, inWords(error));
    throw error;
  }
  return artifact;
}
