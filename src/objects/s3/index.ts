import { defineObjectStore } from '../../core/define-object-store.ts';
import { WheelhouseError } from '../../core/errors.ts';
import { settings } from './settings.ts';

const NAMES = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const;

/** A bucket of any server that speaks S3. */
export const s3 = defineObjectStore({
  name: 's3',
  summary: 'a bucket of AWS, MinIO, Ceph or another server that speaks S3',
  variables: NAMES,
  settings,
  shared: () => true,
  async open(given, reach) {
    const [accessKeyId, secretAccessKey, sessionToken] = NAMES.map((name) => reach.secret(name));
    if (accessKeyId === undefined || secretAccessKey === undefined)
      throw new WheelhouseError(
        'user',
        `Opening the bucket ${given.bucket}: ${accessKeyId === undefined ? NAMES[0] : NAMES[1]} is not set, so nothing was started.`,
        { next: 'Set it where this role runs: docs/storage.md#credentials.' },
      );
    const credentials = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
    // The library takes a third of a second to load: only those who have a bucket wait for it.
    const { openBucket } = await import('./bucket.ts');
    const { createS3Store } = await import('./store.ts');
    const prefix = given.prefix ?? prefixFor(reach.workspace);
    return createS3Store(openBucket({ ...given, prefix }, credentials), reach);
  },
});

/** The name of a workspace may have spaces and the like. */
function prefixFor(workspace: string): string {
  const plain = workspace.toLowerCase().replace(/[^\w.-]+/g, '-');
  return plain.replace(/^[.-]+/, '') || 'wheelhouse';
}
