import { setTimeout as wait } from 'node:timers/promises';
import type { Deployment } from '../../src/core/ports/deployments.ts';
import type { Needs } from '../../src/core/world.ts';

const PATIENCE_MS = 10_000;

/** Asks the gateway until it answers with the deployment, or patience ends: then false, which is no failure. */
export async function confirmSwitch(
  { id, model }: Deployment,
  { gateway }: Needs<'gateway'>,
  signal: AbortSignal,
): Promise<boolean> {
  const deadline = Date.now() + PATIENCE_MS;
  for (let pause = 10; Date.now() < deadline; pause = Math.min(pause * 2, 500)) {
    const serving = await gateway.serving(model);
    if (serving?.deployment === id) return true;
    await wait(pause, undefined, { signal });
  }
  return false;
}
