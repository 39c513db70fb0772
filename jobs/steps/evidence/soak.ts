import type { GateSpec, SoakEvidence } from '../../../src/core/gate.ts';
import type { Version } from '../../../src/core/ports/versions.ts';
import type { Needs } from '../../../src/core/world.ts';
import { periodsOf } from '../../../src/release/periods.ts';

/** More switches than an environment has while a version waits. */
const FAR_BACK = 500;

/** How long the version's file was live in each environment that a gate names. A quarantined one did not run. */
export async function soakOf(
  { model, number, artifact }: Version,
  gates: readonly GateSpec[],
  {
    deployments,
    quarantines,
    alerts,
    clock,
  }: Needs<'deployments' | 'quarantines' | 'alerts' | 'clock'>,
): Promise<SoakEvidence[]> {
  const named = gates.flatMap(({ settings: { after } }) =>
    typeof after === 'string' ? [after] : [],
  );
  const now = clock.now();
  const keptOut = new Set((await quarantines.list()).map(({ deployment }) => deployment));
  return Promise.all(
    [...new Set(named)].map(async (environment) => {
      const history = await deployments.history(model, environment, FAR_BACK);
      const own = periodsOf(history).filter(
        ({ deployment }) => deployment.artifact === artifact.sha256 && !keptOut.has(deployment.id),
      );
      const open = await alerts.list({ model, environment });
      const since = own.find(({ to }) => to === undefined)?.from;
      return {
        environment,
        longestMs: Math.max(0, ...own.map(({ from, to = now }) => to.getTime() - from.getTime())),
        ...(since && { since }),
        openAlerts: open.filter(({ version }) => version === number).length,
      };
    }),
  );
}
