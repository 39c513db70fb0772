import type { Counted, TallyStore } from '../core/ports/tallies.ts';
import type { TrafficStore } from '../core/ports/traffic.ts';
import type { CountedTraffic } from '../serving/traffic.ts';

/** What cannot be stored for so many messages is dropped: about an hour of one model. */
const MOST_WAITING = 1000;

/** Stores what the gateway counted for each version in each hour. */
export function createTrafficKeeper(
  store: Pick<TrafficStore, 'add'>,
  failed: (error: unknown) => void,
): (counted: readonly CountedTraffic[]) => void {
  return createKeeper<CountedTraffic>(
    (one) => store.add({ ...one, hour: new Date(one.hour), latest: new Date(one.latest) }),
    failed,
  );
}

/** Stores what the gateway counted for each step of a rollout. */
export function createTallyKeeper(
  store: Pick<TallyStore, 'add'>,
  failed: (error: unknown) => void,
): (counted: Counted) => void {
  const keep = createKeeper<Counted>((one) => store.add(one), failed);
  return (counted) => keep([counted]);
}

/**
 * Stores counts one after the other. What could not be stored waits for the next time; the gateway never waits for it.
 */
function createKeeper<T>(
  add: (counted: T) => Promise<void>,
  failed: (error: unknown) => void,
): (counted: readonly T[]) => void {
  let waiting: T[] = [];
  let storing = false;

  async function storeAll(): Promise<void> {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      await add(next);
      waiting = waiting.filter((one) => one !== next);
    }
  }

  return (counted) => {
    waiting = [...waiting, ...counted].slice(-MOST_WAITING);
    if (storing) return;
    storing = true;
    storeAll()
      .catch(failed)
      .finally(() => {
        storing = false;
      });
  };
}
