import type { Log } from '../core/log.ts';
import type { Subject } from '../core/reply.ts';

/** How long a place is skipped if people must fix something first, e.g. invite the bot. */
const CLOSED_MS = 60_000;

/** Places that are skipped for a while; the reason is logged once, until a delivery succeeds. */
export function createClosed(log: Log) {
  const places = new Map<string, { until: number; words: string }>();
  return {
    has: (place: string) => (places.get(place)?.until ?? 0) > performance.now(),
    open: (place: string) => void places.delete(place),
    close(place: string, subject: Subject, words: string) {
      if (places.get(place)?.words !== words)
        log.warn({ subject, place }, `a message waits: ${words}`);
      places.set(place, { until: performance.now() + CLOSED_MS, words });
    },
  };
}
