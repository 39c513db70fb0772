import { join } from 'node:path';
import type { Settings } from '../../config/settings.ts';
import type { LoadedWorkspace } from '../../config/workspace.ts';
import type { Job } from '../core/job.ts';
import type { Artifacts } from '../core/ports/artifacts.ts';
import type { ObjectStore } from '../core/ports/objects.ts';
import type { StorageRecords } from '../core/ports/storage.ts';
import { createArtifacts } from '../objects/artifacts.ts';
import { createCache } from '../objects/cache.ts';
import { measure } from '../objects/files.ts';
import { guarded } from '../objects/guarded.ts';
import { closingAfter } from '../objects/holding.ts';
import { objectStoreKindOf } from '../objects/index.ts';

interface Opened {
  objects: ObjectStore;
  artifacts: Artifacts;
  /** Whether roles with different state folders share it. */
  shared: boolean;
}

/**
 * The object store of the workspace, as this process reaches it. Throws if its credentials are not set.
 * @param records by which what is stored is kept from a sweep: left out by those who only read
 */
export async function openObjects(
  { home, environment }: Pick<Settings, 'home' | 'environment'>,
  { name, objects: spec }: Pick<LoadedWorkspace, 'name' | 'objects'>,
  records?: Pick<StorageRecords, 'keep'>,
): Promise<Opened> {
  const kind = objectStoreKindOf(spec.kind);
  const opened = await kind.open(spec, {
    ...{ workspace: name, home, measure },
    cache: (place, bytes) => createCache(join(home, 'cache'), { place, bytes }),
    secret: (variable) => environment[variable],
  });
  const objects = records ? guarded(opened, records) : opened;
  const scratch = objects.copies.all ? join(objects.copies.dir, 'tmp') : join(home, 'cache', 'tmp');
  return { objects, artifacts: createArtifacts(objects, scratch), shared: kind.shared(spec) };
}

/** The same jobs, each of which closes the copies of objects that it asked for when it ends. */
export const closingCopies = (jobs: readonly Job[]): readonly Job[] =>
  jobs.map((job) => ({
    ...job,
    perform: (raw, world, signal) => closingAfter(() => job.perform(raw, world, signal)),
  }));

/** Names of the environment variables with the secrets of the store. */
export const objectVariables = ({ objects }: Pick<LoadedWorkspace, 'objects'>): readonly string[] =>
  objectStoreKindOf(objects.kind).variables;
