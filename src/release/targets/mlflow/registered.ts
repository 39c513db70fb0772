import { z } from 'zod';
import { Refused } from '../../../core/errors.ts';
import type { RegisteredVersion } from '../../../core/target-kind.ts';
import { isAnswer, type Mlflow } from './client.ts';
import { describeModel } from './ml-model.ts';

/** By these tags MLflow's versions and ours are told to be the same. */
export const TAGS = {
  version: 'wheelhouse.version',
  artifact: 'wheelhouse.artifact',
  run: 'wheelhouse.run',
  /** The environments in which a version is live. */
  live: 'wheelhouse.live',
} as const;

const A_PAGE = 100;
/** What one request of MLflow takes. */
const METRICS = 1000;
const PARAMETERS = 100;
const LONGEST_PARAMETER = 6000;

const Tags = z.array(z.object({ key: z.string(), value: z.string().default('') })).default([]);
const ModelVersion = z.object({ version: z.coerce.string(), tags: Tags });
const Found = z.object({
  model_versions: z.array(ModelVersion).default([]),
  next_page_token: z.string().optional(),
});
const Runs = z.object({
  runs: z
    .array(
      z.object({
        info: z.object({ run_id: z.string(), artifact_uri: z.string(), status: z.string() }),
      }),
    )
    .default([]),
});
const Created = z.object({ run: Runs.shape.runs.unwrap().element });

/** What is to be registered. */
export interface Registered extends RegisteredVersion {
  features: Readonly<Record<string, 'number' | 'category'>>;
}

export const tagOf = (tags: z.output<typeof Tags>, key: string): string | undefined =>
  tags.find((tag) => tag.key === key)?.value;

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
    const { model_versions: found, next_page_token: next } = Found.parse(page);
    all.push(...found);
    token = next;
  } while (token);
  return all.filter(({ tags }) => tagOf(tags, TAGS.version) !== undefined);
}

/**
 * The version of MLflow with the file of ours: created, with a run, its metrics and its files, unless it is there.
 * What an attempt that died left behind is used again.
 * @returns MLflow's own number
 */
export async function ensureVersion(
  mlflow: Mlflow,
  { name, experiment, doing }: { name: string; experiment: string; doing: string },
  registered: Registered,
): Promise<string> {
  const { version } = registered;
  const [there] = (await ours(mlflow, name, version.number)).filter(
    ({ tags }) => tagOf(tags, TAGS.artifact) === version.artifact.sha256,
  );
  if (there) return there.version;
  await mlflow
    .call('POST', 'registered-models/create', { name, description: 'Deployed by Wheelhouse.' })
    .catch(unless('RESOURCE_ALREADY_EXISTS'));
  const run = await ensureRun(mlflow, experiment, registered);
  const root = /^mlflow-artifacts:\/+(?:[^/]+:\d+\/)?(.+)$/.exec(run.artifact_uri)?.[1];
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
  return z.object({ model_version: ModelVersion }).parse(created).model_version.version;
}

async function ensureRun(mlflow: Mlflow, experiment: string, registered: Registered) {
  const { version } = registered;
  const id = await experimentNamed(mlflow, experiment);
  const found = await mlflow.call('POST', 'runs/search', {
    experiment_ids: [id],
    filter: `tags.\`${TAGS.run}\` = '${version.run}'`,
    max_results: 1,
  });
  const [there] = Runs.parse(found).runs;
  const info = there?.info ?? (await createRun(mlflow, id, version));
  // An attempt may have died between creating it and its end.
  if (info.status !== 'FINISHED') await finishRun(mlflow, info.run_id, registered);
  return info;
}

async function createRun(mlflow: Mlflow, experiment: string, version: Registered['version']) {
  const created = await mlflow.call('POST', 'runs/create', {
    experiment_id: experiment,
    run_name: `${version.model} v${version.number}`,
    start_time: version.createdAt.getTime(),
    tags: Object.entries({
      [TAGS.run]: version.run,
      [TAGS.version]: String(version.number),
      'mlflow.source.git.commit': version.code.revision,
      'wheelhouse.by': version.createdBy,
      'wheelhouse.data.sha256': version.dataset.sha256,
      'wheelhouse.data.from': version.dataset.window.from.toISOString(),
      'wheelhouse.data.to': version.dataset.window.to.toISOString(),
      'wheelhouse.data.rows': String(version.dataset.rows),
    }).map(([key, value]) => ({ key, value })),
  });
  return Created.parse(created).run.info;
}

/** May be repeated. */
async function finishRun(
  mlflow: Mlflow,
  run: string,
  { version, evaluation }: Registered,
): Promise<void> {
  const at = version.createdAt.getTime();
  // Ours under their own names; what the program reported is kept apart, because it was not checked.
  const metrics = [
    ...Object.entries(evaluation?.metrics ?? {}),
    ...Object.entries(version.reported).map(([key, value]) => [`reported.${key}`, value] as const),
  ].flatMap(([key, value]) =>
    Number.isFinite(value) ? [{ key: named(key), value, timestamp: at, step: 0 }] : [],
  );
  const params = Object.entries(version.parameters).map(([key, value]) => ({
    key: named(key),
    value: String(value).slice(0, LONGEST_PARAMETER),
  }));
  await mlflow.call('POST', 'runs/log-batch', {
    run_id: run,
    metrics: metrics.slice(0, METRICS - params.length),
    params: params.slice(0, PARAMETERS),
  });
  await mlflow.call('POST', 'runs/update', {
    ...{ run_id: run, status: 'FINISHED', end_time: at },
  });
}

async function experimentNamed(mlflow: Mlflow, name: string): Promise<string> {
  await mlflow
    .call('POST', 'experiments/create', { name })
    .catch(unless('RESOURCE_ALREADY_EXISTS'));
  const found = await mlflow.call('GET', 'experiments/get-by-name', { experiment_name: name });
  return z.object({ experiment: z.object({ experiment_id: z.string() }) }).parse(found).experiment
    .experiment_id;
}

async function filesOf(registered: Registered, run: string): Promise<[string, Uint8Array][]> {
  const bytes = await registered.bytes();
  return [
    ['model.onnx', bytes],
    // Last: without it nobody takes the folder for a model.
    ['MLmodel', Buffer.from(describeModel(registered, run))],
  ];
}

/** MLflow's names have letters, digits, `_ - . / :` and spaces. */
const named = (text: string): string => text.replaceAll(/[^\w\-./: ]/g, '_').slice(0, 250);

/** Ignores an answer with this code. */
export function unless(...codes: readonly string[]) {
  return (error: unknown): undefined => {
    if (isAnswer(error, ...codes)) return undefined;
    throw error;
  };
}
