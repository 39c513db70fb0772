import type { LiveVersion, LiveVersions } from '../core/ports/serving.ts';
import type { Versions } from '../core/ports/versions.ts';
import { taskNamed } from '../tasks/index.ts';

/**
 * The same, with the classes that were frozen with each version of a task with classes. Throws if the registry
 * is unreachable: without them the answers could not be named.
 */
export function withClasses(live: LiveVersions, versions: Pick<Versions, 'resolve'>): LiveVersions {
  const known = new Map<string, LiveVersion['classes']>();
  async function named<V extends LiveVersion>(one: V): Promise<V> {
    if (taskNamed(one.task).label.kind !== 'class') return one;
    const key = `${one.model}@${one.version}`;
    const classes =
      known.get(key) ?? (await versions.resolve(one.model, String(one.version))).classes;
    if (classes) known.set(key, classes);
    return { ...one, classes: classes ?? one.classes };
  }
  return {
    onChange: (listener) => live.onChange(listener),
    list: async () =>
      Promise.all(
        (await live.list()).map(async (endpoint) => ({
          ...(await named(endpoint)),
          before: await Promise.all(endpoint.before.map((version) => named(version))),
          challenger: endpoint.challenger && {
            ...endpoint.challenger,
            version: await named(endpoint.challenger.version),
          },
        })),
      ),
  };
}
