import { z } from 'zod';
import { NotFound, Refused } from '../core/errors.ts';
import { oneLine } from '../core/one-line.ts';
import type { ForeignModel } from '../core/ports/tracking.ts';
import type { Mlflow } from './client.ts';
import { isAnswer } from './client.ts';
import { lineageOf } from './lineage.ts';
import { onnxFileOf } from './onnx-flavour.ts';
import { pathIn, TAGS, Tags, tagOf } from './tags.ts';

/** All files of a model together. A larger one does not fit into the memory of a worker. */
const LARGEST = 512 * 1024 * 1024;

const Found = z.object({
  model_version: z.object({
    ...{ name: z.string(), version: z.coerce.string() },
    creation_timestamp: z.coerce.string().default(''),
    ...{ run_id: z.string().default(''), user_id: z.string().default('') },
    tags: Tags,
  }),
});

/**
 * A model of MLflow by `MODEL/VERSION` or `MODEL@ALIAS`, with what is known of it there. Its files are read when they
 * are asked for.
 * @param host of the server
 * @throws NotFound, or Refused if its files cannot be had from the server
 */
export async function findModel(
  mlflow: Mlflow,
  host: string,
  reference: string,
  doing: string,
): Promise<ForeignModel> {
  const version = await versionNamed(mlflow, reference, doing);
  const { name, version: number, tags } = version;
  const { artifact_uri: uri } = mlflow.read(
    z.object({ artifact_uri: z.string() }),
    await mlflow.call('GET', 'model-versions/get-download-uri', { name, version: number }),
  );
  const folder = pathIn(uri);
  if (folder === undefined)
    throw new Refused(
      `${doing}: the server does not give its files, because it keeps them at ${oneLine(uri).slice(0, 200)}.`,
      { next: 'Start it with --serve-artifacts and an --artifacts-destination.' },
    );
  const sizes = new Map((await mlflow.files(folder)).map(({ name: file, bytes }) => [file, bytes]));
  let left = LARGEST;
  const read = async (file: string): Promise<Uint8Array> => {
    const bytes = sizes.get(file);
    if (bytes === undefined) throw new Refused(`${doing}: the model has no file "${file}".`);
    if (bytes > left)
      throw new Refused(
        `${doing}: its files are larger than ${LARGEST / 1024 / 1024} MB together.`,
      );
    const found = await mlflow.download(`${folder}/${file}`, left);
    left -= found.byteLength;
    return found;
  };
  const ours = Number(tagOf(tags, TAGS.version));
  const artifact = tagOf(tags, TAGS.artifact);
  return {
    origin: await lineageOf(mlflow, host, { ...version, source: uri }),
    identity: JSON.stringify([name, number, version.creation_timestamp]),
    ...(Number.isSafeInteger(ours) &&
      artifact !== undefined && { ours: { number: ours, artifact } }),
    file: async () => read(await onnxFileOf([...sizes.keys()], () => read('MLmodel'), doing)),
    beside: read,
  };
}

async function versionNamed(mlflow: Mlflow, reference: string, doing: string) {
  const [, name = '', version, alias] =
    /^(?:models:\/)?([^/:@]+)(?:\/(\d+)|@([^/:@]+))$/.exec(reference) ?? [];
  try {
    const found =
      version === undefined
        ? await mlflow.call('GET', 'registered-models/alias', { name, alias })
        : await mlflow.call('GET', 'model-versions/get', { name, version });
    return mlflow.read(Found, found).model_version;
  } catch (error) {
    if (isAnswer(error, 'RESOURCE_DOES_NOT_EXIST', 'INVALID_PARAMETER_VALUE'))
      throw new NotFound(`${doing}: the server has no ${reference}.`, {
        next: 'Write MODEL/VERSION or MODEL@ALIAS as MLflow has them.',
        cause: error,
      });
    throw error;
  }
}
