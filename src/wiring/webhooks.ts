import type { Settings } from '../../config/settings.ts';
import type { LoadedWorkspace } from '../../config/workspace.ts';
import { systemClock } from '../core/clock.ts';
import type { Webhooks } from '../core/ports/webhooks.ts';
import { createSender } from '../webhooks/send.ts';

/** The configured receivers, and how to reach them. */
export function createWebhooks(
  { webhooks, name }: Pick<LoadedWorkspace, 'webhooks' | 'name'>,
  { environment, publicUrl }: Pick<Settings, 'environment' | 'publicUrl'>,
): Webhooks {
  return {
    ...webhooks,
    origin: { workspace: name, publicUrl: publicUrl?.replace(/\/+$/, '') },
    send: createSender({
      now: () => systemClock.now(),
      secret: (variable) => environment[variable],
    }),
  };
}

/** The environment variables with the secrets of all receivers. */
export function webhookVariables({ webhooks }: Pick<LoadedWorkspace, 'webhooks'>): string[] {
  return [...new Set(webhooks.list().flatMap(({ secrets }) => secrets))];
}
