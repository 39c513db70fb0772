import type { Settings } from '../../config/settings.ts';
import type { LoadedWorkspace } from '../../config/workspace.ts';
import { WheelhouseError } from '../core/errors.ts';

/**
 * The environments that a role `serve` answers for, in the order of the configuration: all of them, or those
 * that WHEELHOUSE_SERVE_ENVIRONMENTS names. Throws where that names one that is not there.
 */
export function servedBy(
  { serveEnvironments }: Settings,
  { environments }: Pick<LoadedWorkspace, 'environments'>,
): readonly [string, ...string[]] {
  const all = environments.list();
  const unknown = serveEnvironments?.filter((name) => !all.includes(name)) ?? [];
  const [first, ...others] = all.filter((name) => serveEnvironments?.includes(name) ?? true);
  if (first !== undefined && unknown.length === 0) return [first, ...others];
  throw new WheelhouseError(
    'user',
    `WHEELHOUSE_SERVE_ENVIRONMENTS names ${unknown.join(', ') || 'nothing'}, which is not an environment of the workspace.`,
    { next: `The workspace has ${all.join(', ')}.` },
  );
}
