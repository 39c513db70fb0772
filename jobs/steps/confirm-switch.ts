import { setTimeout as wait } from 'node:timers/promises';
import type { Deployment } from '../../src/core/ports/deployments.ts';
import type { Needs } from '../../src/core/world.ts';

const PATIENCE_MS = 10_000;

/** How the gateway responds to a switch. */
export type Switched =
  | { confirmed: true }
  /** It gives a reason why it does not answer with the deployment. */
  | { confirmed: false; problem: string }
  /** Neither yet; `seen` is what it answers with in the meantime. */
  | { confirmed: false; problem?: undefined; seen: number | undefined };

/** Asks the gateway until it answers with the deployment, reports a problem with it, or the time is over. */
export async function watchSwitch(
  { id, model, environment }: Deployment,
  { gateway }: Needs<'gateway'>,
  signal: AbortSignal,
  patienceMs = PATIENCE_MS,
): Promise<Switched> {
  const deadline = Date.now() + patienceMs;
  for (let pause = 10; ; pause = Math.min(pause * 2, 500)) {
    const serving = await gateway.serving({ model, environment });
    if (serving?.deployment === id) return { confirmed: true };
    const problem = await gateway.problem({ model, environment });
    if (problem?.deployment === id) return { confirmed: false, problem: problem.error };
    if (Date.now() >= deadline) return { confirmed: false, seen: serving?.version };
    await wait(pause, undefined, { signal });
  }
}

/** Asks the gateway until it answers with the deployment; false if the time is over, which is not an error. */
export async function confirmSwitch(
  deployment: Deployment,
  needs: Needs<'gateway'>,
  signal: AbortSignal,
): Promise<boolean> {
  return (await watchSwitch(deployment, needs, signal)).confirmed;
}
