import type { Settings } from '../../config/settings.ts';
import type { LoadedWorkspace } from '../../config/workspace.ts';
import { Refused } from '../core/errors.ts';
import type { Tracking } from '../core/ports/tracking.ts';
import type { TrackingSpec } from '../core/tracking.ts';
import { createMlflow } from '../mlflow/client.ts';
import { findModel } from '../mlflow/find.ts';
import { namesOf } from '../mlflow/names.ts';
import { ensureVersion } from '../mlflow/registered.ts';

/** A model may have half a gigabyte. */
const TIMEOUT_MS = 10 * 60_000;

/** The tracking server of the configuration, which the worker reaches. */
export function createTracking(
  spec: TrackingSpec | undefined,
  environment: Settings['environment'],
): Tracking {
  const server = spec && new URL(spec.url).host;
  function open(doing: string, signal: AbortSignal) {
    if (!spec || server === undefined)
      throw new Refused(`${doing}: no tracking server is configured.`, {
        next: 'Add mlflow: {url: …} to wheelhouse.yaml: docs/mlflow.md.',
      });
    const { url, tokenVariable } = spec;
    const token = tokenVariable === undefined ? undefined : environment[tokenVariable];
    if (tokenVariable !== undefined && token === undefined)
      throw new Refused(`${doing}: ${tokenVariable} is not set where the role "worker" runs.`, {
        next: 'Set it to the token of the tracking server, and start the worker again.',
      });
    const where = { url, token, tokenIs: 'token_env of mlflow', doing, timeoutMs: TIMEOUT_MS };
    return { url, server, mlflow: createMlflow(where, { fetch, signal }) };
  }
  return {
    server,
    exports: spec?.exports ?? false,
    async export(registered, model, signal) {
      const { id } = registered.version;
      const doing = `Exporting ${id} to MLflow`;
      const { mlflow, url } = open(doing, signal);
      const where = { ...namesOf(model, url), doing };
      await ensureVersion(mlflow, where, { ...registered, features: model.features });
    },
    async find(reference, signal) {
      const doing = `Importing ${reference} from MLflow`;
      const { mlflow, server: host } = open(doing, signal);
      return findModel(mlflow, host, reference, doing);
    },
  };
}

/** The environment variable with its token. */
export const trackingVariables = ({ tracking }: Pick<LoadedWorkspace, 'tracking'>): string[] =>
  tracking?.tokenVariable === undefined ? [] : [tracking.tokenVariable];
