import type { Json } from '../core/json.ts';
import type { Deployments } from '../core/ports/deployments.ts';
import type { ProfileDocument, ProfileStore } from '../core/ports/profiles.ts';
import type { Versions } from '../core/ports/versions.ts';
import type { ProfileReader } from '../core/ports/windows.ts';

const RECENT_VERSIONS = 20;

/** The stored profiles as the monitor role and the commands read them. */
export function createProfileReader(
  store: ProfileStore<Json>,
  versions: Pick<Versions, 'list'>,
  deployments: Pick<Deployments, 'allLive'>,
  environments: readonly string[],
): ProfileReader {
  /** Whatever is asked right now, however many versions were made since, and the newest ones. */
  async function candidates(model: string): Promise<Set<number>> {
    const [live, recent] = await Promise.all([
      deployments.allLive(),
      versions.list(model, RECENT_VERSIONS),
    ]);
    const answering = live.filter((deployment) => deployment.model === model);
    return new Set([
      ...answering.map(({ version }) => version),
      ...recent.map(({ number }) => number),
    ]);
  }

  return {
    async watermark(model, environment) {
      const numbers = [...(await candidates(model))];
      const where = environment === undefined ? environments : [environment];
      const newest = async (untimed: boolean) => {
        const times = where.flatMap((environment) =>
          numbers.map((number) => store.watermark({ model, environment }, number, untimed)),
        );
        return (await Promise.all(times))
          .flatMap((time) => time ?? [])
          .sort((a, b) => b.getTime() - a.getTime())[0];
      };
      // A row without a time belongs to today. Beside a replay of old days it must not make them look old.
      return (await newest(false)) ?? (await newest(true));
    },
    newest: (endpoint, version, untimed) => store.watermark(endpoint, version, untimed),
    buckets: (endpoint, from, which) => store.buckets(endpoint, from, which),
    async within(endpoint, version, window) {
      return (await store.list(endpoint, version, window)).map(columnsOf);
    },
  };
}

function columnsOf({ features, answers }: ProfileDocument<Json>): Record<string, Json> {
  return { ...features, ...answers };
}
