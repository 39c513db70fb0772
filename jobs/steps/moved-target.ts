import { sha256 } from '../../src/core/canonical.ts';
import { type Endpoint, isSameEndpoint } from '../../src/core/endpoint.ts';
import { targetsIn } from '../../src/core/model.ts';
import type { TargetSpec } from '../../src/core/target.ts';
import type { Needs } from '../../src/core/world.ts';
import type { TargetOf } from './target-memory.ts';

/**
 * Before something is sent to a target: if it was told at another address, that one becomes a target of its own, which is
 * told to remove what it has as one that left the configuration is.
 */
export async function rememberFormer(
  of: TargetOf,
  target: TargetSpec,
  { knownTargets, targets }: Needs<'knownTargets' | 'targets'>,
): Promise<void> {
  const known = (await knownTargets.list()).find(
    (one) => isSameEndpoint(one, of) && one.spec.name === target.name,
  );
  const before = known && targets.placeOf(known.spec);
  if (!known || !before || before.address === targets.placeOf(target)?.address) return;
  const name = `${target.name} at ${before.name} (${sha256(before.address).slice(0, 4)})`;
  const { model, environment } = of;
  await knownTargets.see({ model, environment, spec: { ...known.spec, name }, moved: true });
  // What was there is nothing that the new address has lost.
  await knownTargets.forget(of, target.name);
}

/** Whether a configured target of the endpoint is at that address: it moved back, and must keep what it has. */
export function isInUse(
  endpoint: Endpoint,
  former: TargetSpec,
  { models, targets }: Needs<'models' | 'targets'>,
): boolean {
  const address = targets.placeOf(former)?.address;
  const model = models.list().find(({ name }) => name === endpoint.model);
  return (
    address !== undefined &&
    model !== undefined &&
    targetsIn(model, endpoint.environment).some((one) => targets.placeOf(one)?.address === address)
  );
}
