import type { webApi } from '@slack/bolt';
import { codeOf } from './faults.ts';
import { kept } from './kept.ts';

/** Whether the bot can speak in a place. */
export interface Places {
  canSpeak(channel: string): Promise<boolean>;
  /** Slack has just said so. */
  cannotSpeak(channel: string): void;
  /** That is somebody's conversation with the bot. */
  isOurs(channel: string): void;
}

const TRUSTED_MS = 600_000;

export function createPlaces(web: webApi.WebClient): Places {
  // An invitation must count at once, so only membership is remembered.
  const member = kept<number>(5000);
  const ours = kept<true>(5000);
  return {
    async canSpeak(channel) {
      if (isPerson(channel)) return true;
      // Of a conversation between others a bot learns nothing; ours is opened before anything is said in it.
      if (channel.startsWith('D')) return ours.get(channel) === true;
      if (Date.now() - (member.get(channel) ?? 0) < TRUSTED_MS) return true;
      try {
        const { channel: found } = await web.conversations.info({ channel });
        if (found?.is_member !== true) return false;
        member.set(channel, Date.now());
        return true;
      } catch (error) {
        // Where Slack does not say, posting will show.
        return !['channel_not_found', 'not_in_channel'].includes(codeOf(error) ?? '');
      }
    },
    cannotSpeak(channel) {
      member.delete(channel);
      ours.delete(channel);
    },
    isOurs(channel) {
      ours.set(channel, true);
    },
  };
}

/** A message to somebody's id goes into their conversation with the bot. */
export function isPerson(channel: string): boolean {
  return /^[UW]/.test(channel);
}
