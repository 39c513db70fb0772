import type { webApi } from '@slack/bolt';
import { codeOf } from './faults.ts';
import { kept } from './kept.ts';

/** Whether the bot can speak in a place. */
export interface Places {
  canSpeak(channel: string): Promise<boolean>;
  /** Slack has just confirmed that it can. */
  cannotSpeak(channel: string): void;
  /** Marks a channel as a person's conversation with the bot. */
  isOurs(channel: string): void;
}

const TRUSTED_MS = 600_000;

export function createPlaces(web: webApi.WebClient): Places {
  // Only membership is remembered, so that an invitation counts at once.
  const member = kept<number>(5000);
  const ours = kept<true>(5000);
  return {
    async canSpeak(channel) {
      if (isPerson(channel)) return true;
      // A bot sees no conversation between other people; its own are opened before anything is posted there.
      if (channel.startsWith('D')) return ours.get(channel) === true;
      if (Date.now() - (member.get(channel) ?? 0) < TRUSTED_MS) return true;
      try {
        const { channel: found } = await web.conversations.info({ channel });
        if (found?.is_member !== true) return false;
        member.set(channel, Date.now());
        return true;
      } catch (error) {
        // If Slack does not answer, posting will show it.
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

/** A message to a person's ID is posted in their conversation with the bot. */
export function isPerson(channel: string): boolean {
  return /^[UW]/.test(channel);
}
