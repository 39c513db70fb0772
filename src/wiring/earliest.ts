import type { LiveVersion, LiveVersions } from '../core/ports/serving.ts';
import type { Versions } from '../core/ports/versions.ts';

/**
 * The same, with the earliest prediction time that each version accepts: as configured in the workspace,
 * otherwise the start of its training data. If the registry is unreachable, it is asked again later.
 */
export function withEarliest(
  live: LiveVersions,
  notBefore: Date | undefined,
  versions: Pick<Versions, 'resolve'>,
): LiveVersions {
  const known = new Map<string, Date>();
  async function dated<V extends LiveVersion>(one: V): Promise<V> {
    const key = `${one.model}@${one.version}`;
    const earliest =
      notBefore ??
      known.get(key) ??
      (await versions.resolve(one.model, String(one.version)).then(
        ({ dataset }) => dataset.window.from,
        () => undefined,
      ));
    if (earliest) known.set(key, earliest);
    return { ...one, earliest };
  }
  return {
    onChange: (listener) => live.onChange(listener),
    list: async () =>
      Promise.all(
        (await live.list()).map(async (endpoint) => ({
          ...(await dated(endpoint)),
          before: await Promise.all(endpoint.before.map((version) => dated(version))),
          challenger: endpoint.challenger && {
            ...endpoint.challenger,
            version: await dated(endpoint.challenger.version),
          },
        })),
      ),
  };
}
