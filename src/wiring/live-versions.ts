import type { Models } from '../core/model.ts';
import { oneLine } from '../core/one-line.ts';
import type { Deployment, Deployments } from '../core/ports/deployments.ts';
import type { Endpoints } from '../core/ports/endpoints.ts';
import type { Bus } from '../core/ports/jobs.ts';
import type { LiveChallenger, LiveVersion, LiveVersions } from '../core/ports/serving.ts';
import type { TicketCheck } from '../core/ports/tickets.ts';
import { stepOf } from '../core/rollout.ts';

/** How far back an answer may come from while a version is kept out. */
const MOST_BEFORE = 20;

/** What the gateway serves: the registry's word, and a nudge over the bus when it has changed. */
export function createLiveVersions(
  deployments: Pick<Deployments, 'allLive' | 'allOutOfService' | 'history' | 'find'>,
  endpoints: Pick<Endpoints, 'list'>,
  models: Models,
  bus: Bus,
  /** Why a deployment must not be served, as a sentence. */
  mayNotBeServed: (deployment: Deployment) => Promise<string | undefined>,
  ticketCheck: TicketCheck,
): LiveVersions {
  const specs = new Map(models.list().map((spec) => [spec.name, spec]));
  /** By the deployment that is live: what was before it does not change. */
  const known = new Map<string, Deployment[]>();

  function versionOf({
    id,
    model,
    environment,
    version,
    artifact,
  }: Deployment): LiveVersion | undefined {
    const spec = specs.get(model);
    if (!spec) return undefined;
    const { features, nullCategory, task, classes } = spec;
    return {
      ...{ model, environment, version, deployment: id, artifact, features, nullCategory },
      ...{ task: task.name, classes },
    };
  }

  async function before({ id, model, environment }: Deployment): Promise<LiveVersion[]> {
    const history = known.get(id) ?? (await deployments.history(model, environment, MOST_BEFORE));
    known.set(id, history);
    const good = inGoodStanding(history, id).flatMap((one) => versionOf(one) ?? []);
    // The history is in the registry too, so each of them needs its own ticket.
    const whys = await Promise.all(good.map((one) => ticketCheck.whyNot(one)));
    return good.filter((_, at) => whys[at] === undefined);
  }

  /** By the deployment that each is compared with. */
  async function challengers(): Promise<Map<string, LiveChallenger>> {
    const found = await Promise.all(
      (await endpoints.list()).map(async ({ rollout }) => {
        const deployment = rollout && (await deployments.find(rollout.deployment));
        const version = deployment && versionOf(deployment);
        if (!version) return [];
        const refused = await mayNotBeServed(deployment);
        const { weight, shadow } = stepOf(rollout);
        const challenger: LiveChallenger = {
          version: { ...version, ...(refused !== undefined && { refused }) },
          // The last step is the switch, which the registry makes.
          ...{ weight: weight < 100 ? weight : 0, shadow, step: rollout.step },
        };
        return [[rollout.stable, challenger] as const];
      }),
    );
    return new Map(found.flat());
  }

  return {
    async list() {
      const [live, out, beside] = await Promise.all([
        deployments.allLive(),
        deployments.allOutOfService(),
        challengers(),
      ]);
      const all = await Promise.all(
        live.map(async (deployment) => {
          const version = versionOf(deployment);
          if (!version) return [];
          const refused = await mayNotBeServed(deployment);
          return [
            {
              ...version,
              before: await before(deployment),
              challenger: beside.get(deployment.id),
              ...(refused !== undefined && { refused }),
            },
          ];
        }),
      );
      for (const id of known.keys()) if (!live.some((one) => one.id === id)) known.delete(id);
      return [
        ...all.flat(),
        ...out.flatMap(({ deployment, by, reason, at }) => {
          const why = oneLine(`taken out of service by ${by}: ${reason}`);
          const version = versionOf(deployment);
          return version ? [{ ...version, before: [], outOfService: { why, at } }] : [];
        }),
      ];
    },
    onChange: (listener) => bus.subscribe('deployments', listener),
  };
}

/**
 * Of a history, newest first: what was live before `id` and was replaced, not rolled back. Each version
 * once, by what became of it last. One that is called live, but is not `id`, was replaced by an edit of the registry.
 */
function inGoodStanding(history: readonly Deployment[], id: string): Deployment[] {
  const live = history.find((deployment) => deployment.id === id);
  const seen = new Set(live && [live.artifact]);
  const good: Deployment[] = [];
  for (const deployment of history) {
    if (seen.has(deployment.artifact)) continue;
    seen.add(deployment.artifact);
    if (deployment.status === 'superseded' || deployment.status === 'live') good.push(deployment);
  }
  return good;
}
