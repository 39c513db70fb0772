import { z } from 'zod';
import { oneLine } from '../core/one-line.ts';
import type { Imported } from '../core/ports/versions.ts';
import { isAnswer, type Mlflow } from './client.ts';
import { Tags, tagOf } from './tags.ts';

const MOST = 200;
const LONGEST = 500;

const Run = z.object({
  run: z.object({
    info: z.object({ user_id: z.string().default('') }),
    data: z
      .object({
        params: z.array(z.object({ key: z.string(), value: z.string().default('') })).default([]),
        // The protocol writes NaN and Infinity as text.
        metrics: z.array(z.object({ key: z.string(), value: z.unknown() })).default([]),
        tags: Tags,
      })
      .prefault({}),
    inputs: z
      .object({
        dataset_inputs: z
          .array(
            z.object({
              dataset: z.object({
                ...{ name: z.string().default(''), digest: z.string().default('') },
                ...{ source_type: z.string().default(''), source: z.string().default('') },
              }),
            }),
          )
          .default([]),
      })
      .prefault({}),
  }),
});

interface Found {
  name: string;
  version: string;
  run_id: string;
  user_id: string;
  source: string;
}

/** Where a model of MLflow came from, as its run has it. Its run may be gone. */
export async function lineageOf(
  mlflow: Mlflow,
  server: string,
  { name, version, run_id: run, user_id, source }: Found,
): Promise<Omit<Imported, 'key'>> {
  const found = run === '' ? undefined : await runOf(mlflow, run);
  const { data, info, inputs } = found ?? {};
  const tags = data?.tags ?? [];
  const user = tagOf(tags, 'mlflow.user') || info?.user_id || user_id;
  const program = tagOf(tags, 'mlflow.source.name');
  const commit = tagOf(tags, 'mlflow.source.git.commit');
  return {
    ...{ from: 'mlflow', server, name: cut(name), version: cut(version), source: cut(source) },
    ...(found && { run: cut(run) }),
    ...(user && { user: cut(user) }),
    ...(program && { program: cut(program) }),
    ...(commit && { commit: cut(commit) }),
    parameters: (data?.params ?? [])
      .slice(0, MOST)
      .map(({ key, value }) => ({ name: cut(key), value: cut(value) })),
    metrics: (data?.metrics ?? [])
      .slice(0, MOST)
      .flatMap(({ key, value }) =>
        typeof value === 'number' && Number.isFinite(value) ? [{ name: cut(key), value }] : [],
      ),
    data: (inputs?.dataset_inputs ?? []).slice(0, MOST).map(({ dataset }) => ({
      ...{ name: cut(dataset.name), digest: cut(dataset.digest) },
      source: cut(`${dataset.source_type} ${dataset.source}`.trim()),
    })),
  };
}

async function runOf(mlflow: Mlflow, id: string) {
  try {
    return mlflow.read(Run, await mlflow.call('GET', 'runs/get', { run_id: id })).run;
  } catch (error) {
    if (isAnswer(error, 'RESOURCE_DOES_NOT_EXIST')) return undefined;
    throw error;
  }
}

/** Text of others. */
const cut = (text: string): string => oneLine(text).slice(0, LONGEST);
