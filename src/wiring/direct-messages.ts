import { Refused, Unreachable } from '../core/errors.ts';
import type { Platform } from '../core/platform.ts';
import type { DirectMessages } from '../core/ports/direct-messages.ts';

/** Asks the adapters of this process. */
export function createDirectMessages(platforms: readonly Platform[]): DirectMessages {
  return {
    async open(account) {
      const { platform } = account;
      const adapter = platforms.find(({ name }) => name === platform);
      if (!adapter)
        throw new Unreachable(
          `Opening a direct message on ${platform}: this process has no adapter to it.`,
        );
      if (!adapter.direct)
        throw new Refused(`Direct messages are not available on ${platform}.`, {
          next: 'Run the command in Slack or Discord.',
        });
      return { ...(await adapter.direct(account)), direct: true };
    },
  };
}
