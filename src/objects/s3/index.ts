import { defineObjectStore } from '../../core/define-object-store.ts';
import { credentialsFrom, credentialVariables } from '../../s3/credentials.ts';
import { settings } from './settings.ts';

const ORIGIN = { keys: 'objects', page: 'docs/storage.md', variables: credentialVariables() };

/** A bucket of any server that speaks S3. */
export const s3 = defineObjectStore({
  name: 's3',
  summary: 'a bucket of AWS, MinIO, Ceph or another server that speaks S3',
  variables: ORIGIN.variables,
  settings,
  shared: () => true,
  async open(given, reach) {
    const credentials = credentialsFrom(reach.secret, given, ORIGIN, 'nothing was started');
    // The library takes a third of a second to load: only those who have a bucket wait for it.
    const { openStoreBucket } = await import('./bucket.ts');
    const { createS3Store } = await import('./store.ts');
    const prefix = given.prefix ?? prefixFor(reach.workspace);
    return createS3Store(openStoreBucket({ ...given, prefix }, credentials, ORIGIN), reach);
  },
});

/** The name of a workspace may have spaces and the like. */
function prefixFor(workspace: string): string {
  const plain = workspace.toLowerCase().replace(/[^\w.-]+/g, '-');
  return plain.replace(/^[.-]+/, '') || 'wheelhouse';
}
