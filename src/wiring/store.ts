import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '../../config/settings.ts';
import { systemClock } from '../core/clock.ts';
import { NotFound, WheelhouseError } from '../core/errors.ts';
import type { Models } from '../core/model.ts';
import { runningStore, startEmbeddedStore } from '../embedded/store-process.ts';
import { openRegistry, type Registry } from '../registry/index.ts';
import { openHome } from '../supervisor/home.ts';

type Where = Pick<Settings, 'mongodbUri' | 'home'>;

/**
 * Runs `work` on the registry of MONGODB_URI, or else on the embedded store in the state folder: on the one
 * that a demo runs there, or on one started for as long as the work takes.
 * @param models by which versions are resolved
 * @throws WheelhouseError where there is neither
 */
export async function withRegistry<T>(
  where: Where,
  work: (registry: Registry) => Promise<T>,
  models: Models = NO_MODELS,
): Promise<T> {
  return withStore(where, async (uri) => {
    const registry = await openRegistry({ uri, clock: systemClock, models });
    return work(registry).finally(() => registry.close());
  });
}

/**
 * Runs `work` on the registry of MONGODB_URI, or else on an embedded store in the state folder, which is made
 * where there is none.
 * @throws Refused where a demo runs in that folder
 */
export async function withNewRegistry<T>(
  { mongodbUri, home }: Where,
  work: (registry: Registry) => Promise<T>,
): Promise<T> {
  if (mongodbUri !== undefined) return withRegistry({ mongodbUri, home }, work);
  const own = await openHome(home, false);
  try {
    await mkdir(join(home, 'store'), { recursive: true, mode: 0o700 });
    return await withRegistry({ mongodbUri, home }, work);
  } finally {
    await own.release();
  }
}

async function withStore<T>(where: Where, work: (uri: string) => Promise<T>): Promise<T> {
  if (where.mongodbUri !== undefined) return work(where.mongodbUri);
  const dir = join(where.home, 'store');
  if (!existsSync(dir))
    throw new WheelhouseError('user', `There is no registry in ${where.home}.`, {
      next: 'Set MONGODB_URI, or set WHEELHOUSE_HOME to the state folder of a demo.',
    });
  const running = await runningStore(dir);
  if (running !== undefined) return work(running);
  const store = await startEmbeddedStore({ dir });
  return work(store.uri).finally(() => store.stop());
}

/** For whoever looks at the data alone. */
export const NO_MODELS: Models = {
  list: () => [],
  get: (name) => {
    throw new NotFound(`There is no model "${name}".`);
  },
};
