import { join } from 'node:path';
import type { Endpoint } from '../../core/endpoint.ts';
import { BadInput } from '../../core/errors.ts';

/*
 * <dir>/<model>@<environment>/   segments of one endpoint
 * <dir>/<model>@<environment>.shadow/   answers that nobody got
 * <dir>/<model>/                 what was logged before there were several environments
 */
const FOLDER = /^([A-Za-z0-9][\w.-]*?)(?:@([\w-]+)(\.shadow)?)?$/;

/** The folder for an endpoint's segments. Throws BadInput for a name that would lead elsewhere. */
export function folderOf(dir: string, { model, environment }: Endpoint): string {
  const name = `${model}@${environment}`;
  if (!FOLDER.test(name)) throw new BadInput(`"${model}" in "${environment}" cannot name a log.`);
  return join(dir, name);
}

/**
 * The folders with an endpoint's segments. A folder without an environment belongs to the first one.
 * @param first the first environment of the configuration
 */
export function foldersOf(dir: string, endpoint: Endpoint, first: string): string[] {
  const own = folderOf(dir, endpoint);
  return endpoint.environment === first ? [join(dir, endpoint.model), own] : [own];
}

/** The endpoint of a folder's segments, and whether nobody got those answers; undefined if it is none. */
export function endpointOf(
  folder: string,
  first: string,
): (Endpoint & { shadow: boolean }) | undefined {
  const [, model, environment = first, shadow] = FOLDER.exec(folder) ?? [];
  return model === undefined ? undefined : { model, environment, shadow: shadow !== undefined };
}
