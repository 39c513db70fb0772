import type { TrafficStore } from '../core/ports/traffic.ts';
import type { CountedTraffic } from '../serving/traffic.ts';

/** What cannot be stored for so many messages is dropped: about an hour of one model. */
const MOST_WAITING = 1000;

/**
 * Stores what the gateway counted, one after the other. What could not be stored waits for the next time; the gateway
 * never waits for it.
 */
export function createTrafficKeeper(
  store: Pick<TrafficStore, 'add'>,
  failed: (error: unknown) => void,
): (counted: readonly CountedTraffic[]) => void {
  let waiting: CountedTraffic[] = [];
  let storing = false;

  async function storeAll(): Promise<void> {
    for (let next = waiting[0]; next; next = waiting[0]) {
      await store.add({ ...next, hour: new Date(next.hour), latest: new Date(next.latest) });
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
