import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createSegmentSharing } from '../serving/log/share.ts';
import type { Container } from './container.ts';

/** A file of the log is closed after this time. */
export const SEGMENT_MS = 5000;
/** A slow disk may still write to it for a while. */
const SLACK_MS = 2000;
const LOOK_EVERY_MS = 1000;
const KEEP_MS = 3_600_000;

/** Shares what the gateway logs, until it is told that the gateway has stopped; nothing to do on a shared disk. */
export function sharePredictions({
  settings,
  predictions: { shared },
  log,
}: Pick<Container, 'settings' | 'predictions' | 'log'>): () => Promise<void> {
  if (!shared) return async () => {};
  const sharing = createSegmentSharing({
    dir: join(settings.home, 'predictions'),
    ...{ closedAfterMs: SEGMENT_MS + SLACK_MS, keepMs: KEEP_MS },
    publish: (folder, name, path) => shared.publish(`predictions/${folder}`, name, path),
  });
  const failed = (err: unknown) => log.warn({ err }, 'sharing the predictions: tried again');
  const ending = new AbortController();
  const run = async () => {
    while (!ending.signal.aborted) {
      await sharing.round().catch(failed);
      await pause(LOOK_EVERY_MS, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  };
  const running = run();
  return async () => {
    ending.abort();
    await running;
    await sharing.round(true).catch(failed);
  };
}
