import { Refused, Unreachable } from '../core/errors.ts';
import type { Platform } from '../core/platform.ts';
import type { DirectMessages } from '../core/ports/direct-messages.ts';

/** Asks the adapters of this process. */
export function createDirectMessages(platforms: readonly Platform[]): DirectMessages {
  function adapterOf(platform: string): Platform {
    const adapter = platforms.find(({ name }) => name === platform);
    if (adapter) return adapter;
    throw new Unreachable(
      `Choosing where messages on ${platform} go: this process has no adapter to it.`,
    );
  }

  return {
    async open(account) {
      const { platform } = account;
      const adapter = adapterOf(platform);
      if (!adapter.direct)
        throw new Refused(`Direct messages are not available on ${platform}.`, {
          next: 'Run the command in Slack or Discord.',
        });
      return { ...(await adapter.direct(account)), direct: true };
    },
    channelOf({ platform, channel, direct }) {
      if (adapterOf(platform).channelsEnd)
        throw new Refused(`There are no channels on ${platform}.`, {
          next: 'Run the command in Slack, Discord or on the chat page.',
        });
      return { platform, channel, ...(direct && { direct }) };
    },
  };
}
