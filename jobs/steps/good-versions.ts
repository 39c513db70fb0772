import type { Version } from '../../src/core/ports/versions.ts';
import type { Needs } from '../../src/core/world.ts';

const FAR_BACK = 50;
/** Each is scored and compared. */
const MOST = 3;

/** Versions that were live before and may be restored: what a rollback would restore first, then newest first. */
export async function goodVersions(
  live: Version,
  environment: string,
  { deployments, versions, quarantines }: Needs<'deployments' | 'versions' | 'quarantines'>,
): Promise<Version[]> {
  const { model } = live;
  const before = await deployments.previousGood(model, environment);
  const history = await deployments.history(model, environment, FAR_BACK);
  const quarantined = new Set((await quarantines.list()).map(({ deployment }) => deployment));
  const good = [...(before ? [before] : []), ...history].filter(
    ({ id, status, version }) =>
      status === 'superseded' && version !== live.number && !quarantined.has(id),
  );
  const numbers = [...new Set(good.map(({ version }) => version))].slice(0, MOST);
  return Promise.all(numbers.map((number) => versions.resolve(model, String(number))));
}
