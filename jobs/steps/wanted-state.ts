import { canonical, sha256 } from '../../src/core/canonical.ts';
import { type Endpoint, endpointId } from '../../src/core/endpoint.ts';
import { Refused, Unreachable } from '../../src/core/errors.ts';
import { toJson } from '../../src/core/json.ts';
import type { Deployment } from '../../src/core/ports/deployments.ts';
import { stepOf } from '../../src/core/rollout.ts';
import type { WantedState, WantedVersion } from '../../src/core/target.ts';
import type { Needs } from '../../src/core/world.ts';

export type Wanting = Needs<'endpoints' | 'deployments' | 'tickets' | 'ticketCheck'>;

const ATTEMPTS = 10;

/** What must be live at an endpoint, all of one instant; `since`: when that last changed. */
export async function wantedState(
  endpoint: Endpoint,
  needs: Wanting,
): Promise<{ wanted: WantedState; deployments: readonly Deployment[]; since: Date }> {
  const { model, environment } = endpoint;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { revision, rollout, ended } = await needs.endpoints.get(endpoint);
    const stable = await needs.deployments.live(model, environment);
    const out = stable ? undefined : await needs.deployments.outOfService(model, environment);
    const challenger = rollout && (await needs.deployments.find(rollout.deployment));
    const wanted: WantedState = {
      ...{ model, environment, revision },
      stable: stable ? await versionOf(stable, needs) : null,
      challenger:
        stable && rollout && challenger
          ? {
              ...(await versionOf(challenger, needs)),
              ...{ weight: stepOf(rollout).weight, shadow: stepOf(rollout).shadow },
            }
          : null,
    };
    const now = await needs.endpoints.get(endpoint);
    if (now.revision !== revision) continue;
    const times = [stable?.since, rollout?.since, ended?.at, out?.at];
    return {
      ...{ wanted, deployments: [stable, challenger].filter((one) => one !== undefined) },
      since: new Date(Math.max(0, ...times.map((time) => time?.getTime() ?? 0))),
    };
  }
  throw new Unreachable(`Reading ${endpointId(endpoint)}: it changes all the time.`);
}

async function versionOf(
  { id, model, environment, version, artifact }: Deployment,
  { tickets }: Wanting,
): Promise<WantedVersion> {
  const found = await tickets.of({ model, version, environment });
  return { deployment: id, version, artifact, tickets: found.map(({ envelope }) => envelope) };
}

/**
 * Of what a target must do: locks and holds, which change the revision, do not count.
 * @param address where the target is: at another one, nothing was applied yet
 */
export function digestOfWanted(
  { revision: _, stable, challenger, ...endpoint }: WantedState,
  address?: string,
) {
  const bare = (one: WantedVersion | null) => one && { ...one, tickets: undefined };
  return sha256(
    canonical(
      toJson({
        ...{ ...endpoint, stable: bare(stable), challenger: bare(challenger) },
        ...(address !== undefined && { address }),
      }),
    ),
  );
}

/**
 * The ticket check, as the gateway asks it: what the registry says is not enough.
 * @throws Refused if one of the versions has no valid ticket
 */
export async function requireTickets(
  deployments: readonly Deployment[],
  { ticketCheck }: Needs<'ticketCheck'>,
): Promise<void> {
  for (const { model, version, environment, artifact, kind, approval } of deployments) {
    // A rollback needs no request of its own: the restored version's ticket is enough.
    const ofRequest = kind === 'promotion' && approval !== undefined ? { approval } : {};
    const why = await ticketCheck.whyNot({ model, version, environment, artifact, ...ofRequest });
    if (why === undefined) continue;
    if (!(await ticketCheck.ready()))
      throw new Unreachable(
        'No policy process has been ready here yet, or its key was revoked, so there are no tickets.',
      );
    throw new Refused(`${model} v${version} was not sent to the target: ${why}.`, {
      next: 'docs/proof.md explains tickets.',
    });
  }
}
