import { z } from 'zod';
import { defineTarget } from '../../../core/define-target.ts';
import type { Endpoint } from '../../../core/endpoint.ts';
import { Refused } from '../../../core/errors.ts';
import { receiverAddress, secretVariable } from '../../../core/signed-message.ts';
import type { ObservedState, TargetSpec, WantedState } from '../../../core/target.ts';
import type { TargetReach } from '../../../core/target-kind.ts';
import { createMlflow, isAnswer, type Mlflow } from '../../../mlflow/client.ts';
import { usualExperiment } from '../../../mlflow/names.ts';
import { ensureVersion, ours } from '../../../mlflow/registered.ts';
import { userOf } from '../../../mlflow/runs.ts';
import { TAGS, Tags, tagOf, unless } from '../../../mlflow/tags.ts';

/** What MLflow takes as the name of a registered model, of an experiment and of an alias. */
const NAME = z
  .string()
  .regex(/^[^/:."'%]{1,200}$/, 'must be 1 to 200 characters without / : . % and quotation marks');
const RESERVED = /^v\d+$|^latest$/i;

const SETTINGS = z.object({
  url: receiverAddress,
  registered_model: NAME.optional(),
  experiment: NAME.optional(),
  token_env: secretVariable.optional(),
});
type Of = Pick<TargetSpec, 'name' | 'timeoutMs'> & { settings: z.output<typeof SETTINGS> };

/** A registered model of MLflow, whose aliases follow what is live. */
export const mlflow = defineTarget({
  name: 'mlflow',
  summary: 'A registered model of MLflow, whose aliases follow what is live',
  settings: SETTINGS,

  variables: ({ settings: { token_env } }) => (token_env === undefined ? [] : [token_env]),

  placeOf: ({ settings: { url, registered_model: name } }) => ({
    name: name === undefined ? new URL(url).host : `${new URL(url).host} (${name})`,
    address: JSON.stringify([url, name]),
  }),

  async apply(target, wanted, _id, reach) {
    const { server, name, doing } = open(target, wanted, 'Applying', reach);
    const experiment = target.settings.experiment ?? usualExperiment(wanted.model);
    for (const [alias, one] of aliasesOf(wanted)) {
      if (one === null) {
        await withdraw(server, name, alias);
        continue;
      }
      const registered = await reach.registered(wanted.model, one.version);
      // What was approved, whatever the registry says by now.
      if (registered.version.artifact.sha256 !== one.artifact)
        throw new Refused(`${doing}: v${one.version} has another model file than was approved.`, {
          next: 'Nothing was sent. `npx wheelhouse audit verify` says what was changed.',
        });
      const where = { name, experiment, doing };
      const version = await ensureVersion(server, where, {
        ...registered,
        features: reach.model.features,
      });
      await server.call('POST', 'registered-models/alias', { name, alias, version });
    }
    for (const number of reach.restores) {
      const registered = await reach.registered(wanted.model, number);
      const { features } = reach.model;
      await ensureVersion(server, { name, experiment, doing }, { ...registered, features });
    }
    await tagLive(server, name, wanted);
  },

  async remove(target, nothing, _id, reach) {
    const { server, name } = open(target, nothing, 'Removing', reach);
    for (const [alias] of aliasesOf(nothing)) await withdraw(server, name, alias);
    await tagLive(server, name, nothing);
  },

  async observe(target, endpoint, reach) {
    const { server, name } = open(target, endpoint, 'Observing', reach);
    const [stable, challenger] = await Promise.all(
      aliasesOf({ ...endpoint, stable: null, challenger: null }).map(([alias]) =>
        behind(server, name, alias),
      ),
    );
    const there = await ours(server, name);
    const numbers = (of: typeof there) => of.map(({ tags }) => Number(tagOf(tags, TAGS.version)));
    return {
      stable: stable?.version ?? null,
      challenger: challenger?.version ?? null,
      registered: numbers(there),
      marked: numbers(
        there.filter(({ tags }) => environmentsIn(tags).includes(endpoint.environment)),
      ),
      known: [UNKNOWN, ...[stable, challenger].flatMap((one) => one?.made ?? [])].join(' '),
    };
  },
});

function open(
  { name: target, timeoutMs, settings }: Of,
  { model, environment }: Endpoint,
  act: 'Applying' | 'Removing' | 'Observing',
  reach: TargetReach,
) {
  const at = { Applying: 'to', Removing: 'from', Observing: 'at' }[act];
  const doing = `${act} ${model} in ${environment} ${at} the target ${target}`;
  const { url, token_env: variable } = settings;
  const token = variable === undefined ? undefined : reach.secret(variable);
  if (variable !== undefined && token === undefined)
    throw new Refused(`${variable} is not set where the role "worker" runs, so nothing was sent.`, {
      next: 'Set it to the token of the tracking server, and start the worker again.',
    });
  const server = createMlflow(
    { ...{ url, token, doing, timeoutMs }, tokenIs: 'token_env of the target' },
    reach,
  );
  return { server, doing, name: settings.registered_model ?? model };
}

/** The alias of what is live, which is the environment's name, and the alias of a challenger. */
function aliasesOf({
  environment,
  stable,
  challenger,
}: Endpoint & Pick<WantedState, 'stable' | 'challenger'>) {
  // MLflow keeps these for itself.
  const alias = RESERVED.test(environment) ? `env-${environment}` : environment;
  return [
    [alias, stable],
    [`${alias}-challenger`, challenger],
  ] as const;
}

async function withdraw(server: Mlflow, name: string, alias: string): Promise<void> {
  await server
    .call('DELETE', 'registered-models/alias', { name, alias })
    .catch(unless('RESOURCE_DOES_NOT_EXIST', 'INVALID_PARAMETER_VALUE'));
}

/** Tags each version with the environments in which it is live: people who look at it see that. */
async function tagLive(server: Mlflow, name: string, wanted: WantedState): Promise<void> {
  const { environment, stable } = wanted;
  const all = await ours(server, name).catch(unless('RESOURCE_DOES_NOT_EXIST'));
  for (const { version, tags } of all ?? []) {
    const tagged = environmentsIn(tags);
    const others = tagged.filter((one) => one !== environment);
    const isLive = tagOf(tags, TAGS.version) === String(stable?.version);
    const value = (isLive ? [...others, environment] : others).toSorted().join(', ');
    if (value !== tagged.join(', '))
      await server.call('POST', 'model-versions/set-tag', { name, version, key: TAGS.live, value });
  }
}

const environmentsIn = (tags: z.output<typeof Tags>): string[] =>
  tagOf(tags, TAGS.live)?.split(', ').filter(Boolean) ?? [];

/** It keeps no log of what was changed. */
const UNKNOWN = 'MLflow does not record who.';

const ByAlias = z.object({
  model_version: z.object({
    version: z.coerce.string(),
    run_id: z.string().default(''),
    user_id: z.string().default(''),
    creation_timestamp: z.coerce.number().default(0),
    tags: Tags,
  }),
});

/** Which version of ours an alias has; another one by MLflow's number; undefined if there is no such alias. */
async function behind(
  server: Mlflow,
  name: string,
  alias: string,
): Promise<{ version: NonNullable<ObservedState['stable']>; made?: string } | undefined> {
  let found: z.output<typeof ByAlias>['model_version'];
  try {
    found = ByAlias.parse(
      await server.call('GET', 'registered-models/alias', { name, alias }),
    ).model_version;
  } catch (error) {
    if (isAnswer(error, 'RESOURCE_DOES_NOT_EXIST', 'INVALID_PARAMETER_VALUE')) return undefined;
    throw error;
  }
  const version = Number(tagOf(found.tags, TAGS.version));
  const artifact = tagOf(found.tags, TAGS.artifact);
  if (Number.isInteger(version))
    return { version: { version, ...(artifact !== undefined && { artifact }) } };
  const user = found.user_id || (await userOf(server, found.run_id));
  const at = new Date(found.creation_timestamp).toISOString().slice(0, 16).replace('T', ' ');
  return {
    version: { version: `version ${found.version} of MLflow` },
    ...(user && {
      made: `Its version ${found.version} was made by ${user}${found.creation_timestamp > 0 ? `, ${at} UTC` : ''}.`,
    }),
  };
}
