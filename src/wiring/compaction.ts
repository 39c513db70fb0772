import { type ScheduledTask, schedule } from 'node-cron';
import type { World } from '../core/world.ts';
import { compactSegments } from '../serving/log/compact.ts';
import { endpointOf } from '../serving/log/folders.ts';
import type { Container } from './container.ts';

/** Rewrites the prediction log every hour, one monitor at a time: two would write the same segments. */
export function compactions(
  { workspace, registry, queue, predictions, log }: Container,
  { profiles }: Pick<World, 'profiles'>,
  ending: AbortSignal,
): ScheduledTask {
  const first = workspace.environments.first;
  const compact = (signal: AbortSignal) =>
    predictions.compacting(signal, (folder) =>
      compactSegments(folder, {
        retentionDays: workspace.keepDays,
        newest: async (folder) => {
          const endpoint = endpointOf(folder, first);
          return endpoint && profiles.watermark(endpoint.model, endpoint.environment);
        },
        profiled: async (folder) => {
          const endpoint = endpointOf(folder, first);
          // Shadow answers are not profiled.
          if (endpoint?.shadow) return undefined;
          return endpoint ? registry.profiles.loadCursor(endpoint) : {};
        },
        signal,
        onProblem: (err) => log.error({ err }, 'compacting the predictions'),
      }),
    );
  const failed = (err: unknown) => log.warn({ err }, 'compacting the predictions');
  return schedule(
    '7 * * * *',
    () => queue.leases.during('compaction', compact, ending).then(() => undefined, failed),
    { noOverlap: true },
  );
}
