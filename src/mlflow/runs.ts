import { z } from 'zod';
import type { RegisteredVersion } from '../core/target-kind.ts';
import type { Mlflow } from './client.ts';
import { TAGS, Tags, tagOf, unless } from './tags.ts';

/** What one request of MLflow takes. */
const METRICS = 1000;
const PARAMETERS = 100;
const LONGEST_PARAMETER = 6000;

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

/** The run of a version, with its parameters and figures: created, unless it is there. */
export async function ensureRun(mlflow: Mlflow, experiment: string, registered: RegisteredVersion) {
  const { version } = registered;
  const id = await experimentNamed(mlflow, experiment);
  const found = await mlflow.call('POST', 'runs/search', {
    experiment_ids: [id],
    filter: `tags.\`${TAGS.run}\` = '${version.run}'`,
    max_results: 1,
  });
  const [there] = mlflow.read(Runs, found).runs;
  const info = there?.info ?? (await createRun(mlflow, id, version));
  // An attempt may have died between creating it and its end.
  if (info.status !== 'FINISHED') await finishRun(mlflow, info.run_id, registered);
  return info;
}

async function createRun(
  mlflow: Mlflow,
  experiment: string,
  version: RegisteredVersion['version'],
) {
  const { imported } = version;
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
      ...(imported && { 'wheelhouse.imported': `${imported.name}/${imported.version}` }),
    }).map(([key, value]) => ({ key, value })),
  });
  return mlflow.read(Created, created).run.info;
}

/** May be repeated. */
async function finishRun(
  mlflow: Mlflow,
  run: string,
  { version, evaluation }: RegisteredVersion,
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
  const shape = z.object({ experiment: z.object({ experiment_id: z.string() }) });
  return mlflow.read(shape, found).experiment.experiment_id;
}

/** MLflow's names have letters, digits, `_ - . / :` and spaces. */
const named = (text: string): string => text.replaceAll(/[^\w\-./: ]/g, '_').slice(0, 250);

const WithTags = z.object({ run: z.object({ data: z.object({ tags: Tags }).prefault({}) }) });

/** Who started a run; undefined if it is gone, or does not say. */
export async function userOf(mlflow: Mlflow, run: string): Promise<string | undefined> {
  if (run === '') return undefined;
  const found = await mlflow
    .call('GET', 'runs/get', { run_id: run })
    .catch(unless('RESOURCE_DOES_NOT_EXIST', 'INVALID_PARAMETER_VALUE'));
  if (found === undefined) return undefined;
  return tagOf(mlflow.read(WithTags, found).run.data.tags, 'mlflow.user');
}
