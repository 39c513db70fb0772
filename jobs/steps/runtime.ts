import type { ModelSpec } from '../../src/core/model.ts';
import type { Needs } from '../../src/core/world.ts';
import { codeOf } from '../../src/training/software/code.ts';
import { runtimeNow, softwareOf, toBytes } from '../../src/training/software/software.ts';

/** The environment a version is trained in: the workspace's commit and files, and the machine's software. */
export async function describeRuntime(
  spec: Pick<ModelSpec, 'folder' | 'programs'>,
  { artifacts }: Needs<'artifacts'>,
) {
  const software = await artifacts.putBytes(toBytes(await softwareOf(spec)));
  return { code: await codeOf(spec.folder), runtime: runtimeNow(), software: software.sha256 };
}
