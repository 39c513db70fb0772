import type { Connection } from 'mongoose';
import type { Clock } from '../core/clock.ts';
import type { Deployment, Deployments } from '../core/ports/deployments.ts';
import type { EndpointChange } from '../core/ports/endpoints.ts';
import {
  type DeploymentRow,
  deploymentModels,
  type Endpoint,
  endOfRollout,
  heal,
  isDecided,
  toDeployment,
  toState,
  writeEndpoint,
} from './endpoints.ts';
import { outOfServiceIn } from './out-of-service.ts';
import { reached, unlessThere } from './reach.ts';
import { rollable } from './rollable.ts';

/** A rollback further back than this needs a promotion; this keeps the endpoint's document small. */
const DEEPEST = 100;
const ATTEMPTS = 50;

const unchanged = async () => undefined;

type Draft = Omit<DeploymentRow, 'status' | 'since' | 'position'>;

/**
 * A switch writes its deployment as pending, updates the endpoint conditionally, and then updates the statuses.
 * The next caller repairs what a crash left in between.
 */
export function deploymentsIn(connection: Connection, clock: Clock): Deployments {
  const models = deploymentModels(connection);
  const { rows, endpoints } = models;
  const outs = outOfServiceIn(connection, clock, { at, row, all: () => everywhere() });

  async function at(model: string, environment: string): Promise<Endpoint | undefined> {
    const _id = `${model}/${environment}`;
    const endpoint = await endpoints.findById(_id).lean<Endpoint>();
    if (!endpoint) return undefined;
    // A deployment that was taken out of service is not restored.
    const out = await outs.among(endpoint.stack);
    const top = endpoint.stack.at(-1);
    return { ...endpoint, stack: endpoint.stack.filter((id) => id === top || !out.has(id)) };
  }

  async function row(id: string): Promise<DeploymentRow> {
    const found = await rows.findById(id).lean<DeploymentRow>();
    if (!found) throw new Error(`the deployment ${id} is missing from the registry`);
    return found;
  }

  /** The deployment with that ID, if its switch has happened. */
  async function done(id: string): Promise<DeploymentRow | undefined> {
    const found = await rows.findById(id).lean<DeploymentRow>();
    return found && found.status !== 'pending' ? found : undefined;
  }

  const prepare = (draft: Draft) =>
    unlessThere(() =>
      rows.create({ ...draft, status: 'pending', since: clock.now(), position: 0 }),
    );

  /**
   * Replaces the stack, with `change` in the same write, if the endpoint is still as in `seen`; false if another
   * process was first.
   */
  async function switched(
    seen: Endpoint | undefined,
    draft: Draft,
    below: string[],
    change: EndpointChange = {},
  ) {
    const { _id: id, kind } = draft;
    const replaced = seen?.stack.at(-1);
    const next = await writeEndpoint(models, draft, seen, {
      ...endOfRollout(seen?.rollout, draft, clock.now()),
      ...change,
      stack: [...below, id].slice(-DEEPEST),
      last: { at: clock.now(), kind, ...(replaced === undefined ? {} : { replaced }) },
    });
    if (next) await heal(models, next);
    return next !== undefined;
  }

  /**
   * Retries until there is no concurrent change: `step` returns undefined if another switch came in between.
   */
  async function settled<T>(
    { id, model, environment }: { id: string; model: string; environment: string },
    step: (endpoint: Endpoint | undefined) => Promise<T | undefined>,
  ): Promise<T> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const endpoint = await at(model, environment);
      if (endpoint) await heal(models, endpoint);
      const result = await step(endpoint);
      if (result !== undefined) return result;
    }
    throw new Error(`switching ${model} in ${environment} to ${id}: others switch it all the time`);
  }

  /** The entry `depth` below the top of the stack. */
  async function below(model: string, environment: string, depth: number) {
    const endpoint = await at(model, environment);
    const id = endpoint?.stack.at(-1 - depth);
    return id === undefined ? undefined : toDeployment(await row(id), endpoint);
  }

  const everywhere = () => endpoints.find().sort({ _id: 1 }).lean<Endpoint[]>();

  return reached<Deployments>(
    {
      async live(model, environment) {
        const top = await below(model, environment, 0);
        return top && (await outs.among([top.id])).has(top.id) ? undefined : top;
      },
      previousGood: (model, environment) => below(model, environment, 1),

      async allLive() {
        const all = await everywhere();
        const out = await outs.among(all.flatMap(({ stack }) => stack.slice(-1)));
        const inService = all.filter(
          ({ stack }) => stack.length > 0 && !out.has(stack.at(-1) ?? ''),
        );
        return Promise.all(
          inService.map(async (endpoint) =>
            toDeployment(await row(endpoint.stack.at(-1) ?? ''), endpoint),
          ),
        );
      },

      async history(model, environment, limit = 50) {
        for (let attempt = 0; ; attempt++) {
          const endpoint = await at(model, environment);
          if (!endpoint) return [];
          await heal(models, endpoint);
          // Position 0 is a switch in progress, or one that failed.
          const found = await rows
            .find({ model, environment, position: { $gt: 0 } })
            .sort({ position: -1 })
            .limit(limit)
            .lean<DeploymentRow[]>();
          // A switch between the two reads would show two live ones, or none.
          const still = (await at(model, environment))?.revision === endpoint.revision;
          if (!still && attempt < ATTEMPTS) continue;
          const out = await outs.among(found.map(({ _id }) => _id));
          return found.map((each): Deployment => {
            const plain = toDeployment(each, endpoint);
            const takenOut = out.get(each._id);
            if (!takenOut) return plain;
            const { by, reason, at } = takenOut;
            return { ...plain, status: 'undeployed', takenOut: { by, reason, at } };
          });
        }
      },

      async deploy({ id, ...order }, mayStill = unchanged) {
        const draft: Draft = { _id: id, ...order, kind: 'promotion' };
        return settled({ id, ...order }, async (endpoint): Promise<Deployment | undefined> => {
          await prepare(draft);
          const earlier = await done(id);
          if (earlier) return toDeployment(earlier, endpoint);
          const change = await mayStill(toState(order, endpoint));
          if (!(await switched(endpoint, draft, endpoint?.stack ?? [], change))) return undefined;
          return toDeployment(await row(id), undefined);
        });
      },

      async find(id) {
        const found = await rows.findById(id).lean<DeploymentRow>();
        if (!found) return undefined;
        const endpoint = await at(found.model, found.environment);
        if (endpoint && isDecided(endpoint, id)) return toDeployment(found, endpoint);
        if (endpoint) await heal(models, endpoint);
        return toDeployment(await row(id), endpoint);
      },

      async propose({ id, ...order }) {
        await prepare({ _id: id, ...order, kind: 'promotion' });
        return toDeployment(await row(id), await at(order.model, order.environment));
      },

      async rollBack(order, mayStill = unchanged) {
        const { id, model, environment, by, reason, replaces } = order;
        return settled({ id, model, environment }, async (endpoint) => {
          const earlier = await done(id);
          if (earlier) {
            const replaced = await row(earlier.replaces ?? replaces);
            return {
              restored: toDeployment(earlier, endpoint),
              replaced: toDeployment(replaced, endpoint),
            };
          }
          const [target, top] = await rollable(endpoint, order, row);
          const { version, artifact } = target;
          const draft: Draft = {
            ...{ _id: id, model, version, environment, artifact, by, reason, replaces },
            kind: 'rollback',
          };
          await prepare(draft);
          const change = await mayStill(toState({ model, environment }, endpoint));
          // What was live after the restored one is not restored by a later rollback.
          const stack = endpoint?.stack ?? [];
          const kept = stack.slice(0, stack.lastIndexOf(target._id));
          if (!(await switched(endpoint, draft, kept, change))) return undefined;
          const [restored, replaced] = await Promise.all([row(id), row(top._id)]);
          return {
            restored: toDeployment(restored, undefined),
            replaced: toDeployment(replaced, undefined),
          };
        });
      },
      undeploy: outs.undeploy,
      outOfService: outs.outOfService,
      allOutOfService: outs.allOutOfService,
    },
    {
      live: 'reading what is live',
      allLive: 'reading what is live',
      previousGood: 'reading what was live before',
      history: 'reading the deployments',
      find: 'reading the deployment',
      propose: 'storing the deployment',
      deploy: 'switching to the deployment',
      rollBack: 'rolling back the deployment',
      undeploy: 'taking the deployment out of service',
      outOfService: 'reading what is out of service',
      allOutOfService: 'reading what is out of service',
    },
  );
}
