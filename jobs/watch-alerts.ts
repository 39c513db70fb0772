import { z } from 'zod';
import { defineJob } from '../src/core/job.ts';
import type { Needs } from '../src/core/world.ts';
import { type Showing, showAlert } from './steps/show-alert.ts';

/** What becomes due without a window: snoozes that are over. Everything is stored, so a restart delays it at most. */
export const watchAlerts = defineJob({
  name: 'watch-alerts',
  lane: 'control',
  payload: z.object({ tick: z.string() }),
  once: ({ tick }) => tick,
  onceForMs: 10 * 60_000,
  attempts: 1,

  async run(_payload, needs: Showing & Needs<'clock'>) {
    for (const { id, snooze } of await needs.alerts.snoozedUntil(needs.clock.now())) {
      if (!snooze) continue;
      await needs.alerts.wake(id, snooze);
      await showAlert(id, needs);
    }
  },
});
