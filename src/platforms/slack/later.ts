import type { Log } from '../../core/log.ts';
import { within } from './patience.ts';

const PATIENCE_MS = 5000;

/** Work for which only `done` waits; errors are logged under the name `what`. */
export function createLater(log: Log) {
  const running = new Set<Promise<void>>();
  return {
    run(what: string, work: () => Promise<unknown>): void {
      const job = work()
        .catch((err: unknown) => log.error({ platform: 'slack', err }, what))
        .then(() => {
          running.delete(job);
        });
      running.add(job);
    },
    async done(): Promise<void> {
      await within(PATIENCE_MS, Promise.all(running));
    },
  };
}
