import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { defineSource } from '../../../core/define-source.ts';
import type { Examining } from '../../../core/source-kind.ts';
import { connection, type Origin } from '../../../s3/connection.ts';
import { credentialsFrom, credentialVariables } from '../../../s3/credentials.ts';
import { folderFault, placeOf, shownAs } from '../../names.ts';
import { mirror } from './mirror.ts';
import { plan } from './plan.ts';

const settings = z.object({
  ...connection,
  /** As a folder: without the slash at its end. Default: the whole bucket. */
  prefix: z
    .string()
    .regex(/^[^/]+(\/[^/]+)*$/, 'expected a prefix like teams/flights, without a slash at its ends')
    .optional(),
  /** Where the copies of all such sources are, each in a folder of its own. */
  path: z.string().min(1).default('$WHEELHOUSE_HOME/data'),
  /** The word with which the names of the variables with its credentials begin. */
  credentials: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*$/, 'expected the beginning of the names of environment variables')
    .default('AWS'),
  max_mb: z.number().positive().max(100_000).default(1024),
  max_gb: z.number().positive().default(20),
});

type S3Source = z.output<typeof settings>;

/** Objects of a bucket, of which this machine has verified copies. */
export const s3 = defineSource({
  name: 's3',
  summary: 'Files in a bucket of AWS, MinIO, Ceph or another server that speaks S3',
  settings,
  variables: ({ credentials }) => credentialVariables(credentials),

  async look(given, looking) {
    const { model, source, home, signal } = looking;
    const { bucket, beginning } = await opened(given, looking);
    try {
      const { listKeys } = await import('../../../s3/list.ts');
      const limits = { maxMb: given.max_mb, maxGb: given.max_gb, place: bucket.place };
      const listed = listKeys(bucket, beginning, signal);
      const { wanted, leftOut } = await plan(listed, { ...limits, beginning });
      const path = join(placeOf(given.path, model.folder, home), model.name, source);
      const folder = await mkdir(path, { recursive: true, mode: 0o755 })
        .then(() => realpath(path))
        .catch((cause: unknown) => {
          throw folderFault(cause, path, `source ${source} of ${model.name}`);
        });
      const copied = await mirror(bucket, wanted, { folder, maxMb: given.max_mb, signal });
      const shown = (name: string) => shownAs(model.folder, join(path, name));
      return {
        files: copied.files.map((file) => ({ ...file, name: shown(file.name) })),
        leftOut: [...leftOut, ...copied.leftOut].map((one) => ({ ...one, name: shown(one.name) })),
        close: async () => {},
      };
    } finally {
      bucket.client.destroy();
    }
  },

  async examine(given, by) {
    const { bucket, beginning } = await opened(given, by);
    const { listKeys } = await import('../../../s3/list.ts');
    try {
      // Its first page is enough.
      for await (const _ of listKeys(bucket, beginning, by.signal)) break;
    } finally {
      bucket.client.destroy();
    }
    return `${bucket.place} can be listed`;
  },
});

async function opened(given: S3Source, { model, source, secret }: Examining) {
  const origin: Origin = {
    keys: `models.${model.name}.data.${source}`,
    ...{ page: 'docs/data.md', variables: credentialVariables(given.credentials) },
  };
  const credentials = credentialsFrom(secret, given, origin, 'nothing was looked for');
  // The library takes a third of a second to load: only those who have a bucket wait for it.
  const { openBucket } = await import('../../../s3/bucket.ts');
  const bucket = openBucket({ ...given, prefix: given.prefix ?? '' }, credentials, origin);
  return { bucket, beginning: bucket.at('').Key };
}
