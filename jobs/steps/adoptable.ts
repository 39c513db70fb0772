import type { Endpoint } from '../../src/core/endpoint.ts';
import { NotFound } from '../../src/core/errors.ts';
import type { Version } from '../../src/core/ports/versions.ts';
import type { Needs } from '../../src/core/world.ts';

/** What a target serves instead of what is wanted. */
export interface ObservedVersion {
  version: number;
  artifact?: string | undefined;
}

/**
 * The registered version that a target serves, or why it is none: without a full stop. Only what was registered has
 * evidence that people can vote on.
 */
export async function adoptable(
  { model }: Endpoint,
  { version: number, artifact }: ObservedVersion,
  { versions }: Needs<'versions'>,
): Promise<{ version: Version } | { why: string }> {
  const name = `${model} v${number}`;
  if (!Number.isSafeInteger(number) || number < 1)
    return { why: `it reports the version ${number}, and versions are counted from 1` };
  const version = await versions.resolve(model, String(number)).catch((error: unknown) => {
    if (!(error instanceof NotFound)) throw error;
  });
  if (!version) return { why: `${name} is not a registered version` };
  if (artifact !== undefined && artifact !== version.artifact.sha256)
    return {
      why: `it serves another model file (${artifact.slice(0, 12)}) under the number of ${name} (${version.artifact.sha256.slice(0, 12)})`,
    };
  return { version };
}
