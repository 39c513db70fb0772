import { setTimeout as wait } from 'node:timers/promises';
import type { Deployment } from '../../src/core/ports/deployments.ts';
import type { Straggler } from '../../src/core/ports/gateway.ts';
import type { Needs } from '../../src/core/world.ts';

const PATIENCE_MS = 10_000;

/** How the gateway responds to a switch. */
export type Switched =
  | { confirmed: true }
  /** It gives a reason why it does not answer with the deployment. */
  | { confirmed: false; problem: string }
  /** Neither yet. `seen`: what it answers with in the meantime; `behind`: the others of several that do not follow. */
  | {
      confirmed: false;
      problem?: undefined;
      seen: number | undefined;
      behind: readonly Straggler[];
    };

/** Asks the gateways until all answer with the deployment, one reports a problem with it, or the time is over. */
export async function watchSwitch(
  { id, model, environment }: Deployment,
  { gateway, clock }: Needs<'gateway' | 'clock'>,
  signal: AbortSignal,
  patienceMs = PATIENCE_MS,
): Promise<Switched> {
  const deadline = clock.now().getTime() + patienceMs;
  const began = performance.now();
  for (let pause = 10; ; pause = Math.min(pause * 2, 500)) {
    const serving = await gateway.serving({ model, environment });
    const answers = serving?.deployment === id;
    const behind = answers ? await gateway.behind({ model, environment }, id) : [];
    if (answers && behind.length === 0) return { confirmed: true };
    const problem = await gateway.problem({ model, environment });
    if (problem?.deployment === id) return { confirmed: false, problem: problem.error };
    // A clock that is set back, or stands still, does not make it wait for ever.
    if (clock.now().getTime() >= deadline || performance.now() - began >= patienceMs)
      return { confirmed: false, seen: serving?.version, behind };
    await wait(pause, undefined, { signal });
  }
}
