import type { Settings } from '../../../config/settings.ts';
import { asTrained } from '../../core/as-trained.ts';
import { span } from '../../core/figures.ts';
import type { Models } from '../../core/model.ts';
import type { Artifacts } from '../../core/ports/artifacts.ts';
import type { Version } from '../../core/ports/versions.ts';
import { withRegistry } from '../store.ts';
import type { Bench } from '../try/bench.ts';
import { type Champion, type Held, usable } from './champion.ts';

/** What is live in an environment, by the registry; undefined: nothing. */
export function liveVersion(
  model: string,
  environment: string,
  settings: Pick<Settings, 'mongodbUri' | 'home'>,
  models: Models,
): Promise<Version | undefined> {
  return withRegistry(
    settings,
    async ({ deployments, versions }) => {
      const live = await deployments.live(model, environment);
      return live && versions.numbered(model, live.version);
    },
    models,
  );
}

/** A live version, by its file in the store of artifacts. */
export function fromRegistry(
  version: Version,
  { environment, store }: { environment: string; store: Pick<Artifacts, 'path'> },
  { rows, spec, window }: Held,
  bench: Bench,
): Promise<Champion> {
  const name = `v${version.number} (live in ${environment})`;
  return usable(name, async () => {
    const { window: trained } = version.dataset;
    if (trained.from < window.to && window.from < trained.to)
      return {
        name,
        problem: `it was trained on ${span(trained)}, so these rows are not new to it, and a comparison would favor it.`,
      };
    const file = await store.path(version.artifact.sha256);
    const { sha256 } = await bench.artifacts.putFile(file);
    return { name, sha256, spec: asTrained(spec, version), rows };
  });
}
