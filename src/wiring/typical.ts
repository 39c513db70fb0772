import type { Artifacts } from '../core/ports/artifacts.ts';
import type { LiveVersion, LiveVersions } from '../core/ports/serving.ts';
import type { Versions } from '../core/ports/versions.ts';
import { readReference } from '../monitoring/profile/reference.ts';
import { typicalValues } from '../monitoring/profile/typical.ts';

/** Enough that not all of them are unusual. */
const ROWS = 4;

/**
 * The same, with rows like those each version was trained on, from the reference frozen at its evaluation. If
 * it cannot be read now, it is requested again later; a version without a reference has none.
 */
export function withTypical(
  live: LiveVersions,
  versions: Pick<Versions, 'evaluation'>,
  artifacts: Pick<Artifacts, 'read'>,
): LiveVersions {
  const known = new Map<string, LiveVersion['typical']>();

  async function typicalOf({ model, version }: LiveVersion): Promise<LiveVersion['typical']> {
    const id = `${model}@${version}`;
    if (known.has(id)) return known.get(id);
    try {
      const evaluation = await versions.evaluation(id);
      const reference = evaluation && readReference(await artifacts.read(evaluation.reference));
      const columns = Object.entries(reference?.features ?? {}).map(
        ([name, profile]) => [name, typicalValues(profile, ROWS)] as const,
      );
      const found = reference && Object.fromEntries(columns);
      known.set(id, found);
      return found;
    } catch {
      // Serving does not depend on it; problems with the registry are reported by other callers.
      return undefined;
    }
  }

  const shown = async <V extends LiveVersion>(one: V): Promise<V> => ({
    ...one,
    typical: await typicalOf(one),
  });
  return {
    onChange: (listener) => live.onChange(listener),
    list: async () =>
      Promise.all(
        (await live.list()).map(async (endpoint) => ({
          ...(await shown(endpoint)),
          before: await Promise.all(endpoint.before.map((version) => shown(version))),
          challenger: endpoint.challenger && {
            ...endpoint.challenger,
            version: await shown(endpoint.challenger.version),
          },
        })),
      ),
  };
}
