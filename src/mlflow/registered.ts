import { z } from 'zod';
import { Refused } from '../core/errors.ts';
import type { RegisteredVersion } from '../core/target-kind.ts';
import type { Mlflow } from './client.ts';
import { describeModel } from './ml-model.ts';
import { ensureRun } from './runs.ts';
import { pathIn, TAGS, Tags, tagOf, unless } from './tags.ts';

const A_PAGE = 100;

const ModelVersion = z.object({
  version: z.coerce.string(),
  run_id: z.string().default(''),
  source: z.string().default(''),
  aliases: z.array(z.string()).default([]),
  tags: Tags,
});
type MadeVersion = z.output<typeof ModelVersion>;
const Found = z.object({
  model_versions: z.array(ModelVersion).default([]),
  next_page_token: z.string().optional(),
});

/** What is to be registered. */
export interface Registered extends RegisteredVersion {
  features: Readonly<Record<string, 'number' | 'category'>>;
}

/** The versions of a registered model that came from us, or one of them. */
export async function ours(mlflow: Mlflow, name: string, version?: number) {
  const narrowed = version === undefined ? '' : ` and tags.\`${TAGS.version}\` = '${version}'`;
  const all: z.output<typeof ModelVersion>[] = [];
  let token: string | undefined;
  do {
    const page = await mlflow.call('GET', 'model-versions/search', {
      ...{ filter: `name='${name}'${narrowed}`, max_results: String(A_PAGE) },
      ...(token && { page_token: token }),
    });
    const { model_versions: found, next_page_token: next } = mlflow.read(Found, page);
    all.push(...found);
    token = next;
  } while (token);
  return all.filter(({ tags }) => tagOf(tags, TAGS.version) !== undefined);
}

/**
 * The version of MLflow with the file of ours: created, with a run, its metrics and its files, unless it is there.
 * What an attempt that died left behind is used again, and of two who create it at once one takes the other's.
 * @returns MLflow's own number
 */
export async function ensureVersion(
  mlflow: Mlflow,
  { name, experiment, doing }: { name: string; experiment: string; doing: string },
  registered: Registered,
): Promise<string> {
  const { version } = registered;
  const [there, ...later] = await sameAs(mlflow, name, registered);
  if (there) {
    for (const twin of later.filter(isMadeHere)) await removeTwin(mlflow, name, twin, there);
    return there.version;
  }
  await mlflow
    .call('POST', 'registered-models/create', { name, description: 'Registered by Wheelhouse.' })
    .catch(unless('RESOURCE_ALREADY_EXISTS'));
  const run = await ensureRun(mlflow, experiment, registered);
  const root = pathIn(run.artifact_uri);
  if (root === undefined)
    throw new Refused(
      `${doing}: the server does not take files, because its runs keep them at ${run.artifact_uri}.`,
      { next: 'Start it with --serve-artifacts and an --artifacts-destination.' },
    );
  for (const [path, bytes] of await filesOf(registered, run.run_id))
    await mlflow.upload(`${root}/model/${path}`, bytes);
  const created = await mlflow.call('POST', 'model-versions/create', {
    ...{ name, source: `runs:/${run.run_id}/model`, run_id: run.run_id },
    tags: [
      { key: TAGS.version, value: String(version.number) },
      { key: TAGS.artifact, value: version.artifact.sha256 },
      { key: TAGS.run, value: version.run },
    ],
  });
  const made = mlflow.read(z.object({ model_version: ModelVersion }), created).model_version;
  return withoutTwin(mlflow, name, made, registered);
}

/**
 * The export and a target may create the same version at once. MLflow counts up, so the one with the lower number was
 * first, and both see it: the other one removes what it has made. If it dies before, the next pass does.
 */
async function withoutTwin(
  mlflow: Mlflow,
  name: string,
  made: MadeVersion,
  registered: Registered,
): Promise<string> {
  const [first] = await sameAs(mlflow, name, registered);
  if (!first || first.version === made.version) return made.version;
  await removeTwin(mlflow, name, made, first);
  return first.version;
}

async function removeTwin(
  mlflow: Mlflow,
  name: string,
  twin: MadeVersion,
  first: MadeVersion,
): Promise<void> {
  await mlflow
    .call('DELETE', 'model-versions/delete', { name, version: twin.version })
    .catch(unless('RESOURCE_DOES_NOT_EXIST'));
  if (first.run_id !== twin.run_id)
    await mlflow
      .call('POST', 'runs/delete', { run_id: twin.run_id })
      .catch(unless('RESOURCE_DOES_NOT_EXIST'));
}

/** A copy that somebody made in MLflow has our tags too, but another source; and one with an alias is in use. */
const isMadeHere = ({ source, run_id, aliases }: MadeVersion): boolean =>
  run_id !== '' && source === `runs:/${run_id}/model` && aliases.length === 0;

/** Those with the number and the file of ours, the first one first. */
async function sameAs(mlflow: Mlflow, name: string, { version }: Registered) {
  const same = (await ours(mlflow, name, version.number)).filter(
    ({ tags }) => tagOf(tags, TAGS.artifact) === version.artifact.sha256,
  );
  return same.toSorted((one, other) => Number(one.version) - Number(other.version));
}

async function filesOf(registered: Registered, run: string): Promise<[string, Uint8Array][]> {
  const bytes = await registered.bytes();
  return [
    ['model.onnx', bytes],
    // Last: without it nobody takes the folder for a model.
    ['MLmodel', Buffer.from(describeModel(registered, run))],
  ];
}
