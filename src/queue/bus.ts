import type { Redis } from 'ioredis';
import type { Bus, Topic } from '../core/ports/jobs.ts';

/**
 * Publish and subscribe over Redis; `listening` must be a separate connection, which does not subscribe again by
 * itself after it was lost.
 */
export function createBus(speaking: Redis, listening: Redis, prefix: string): Bus {
  const listeners = new Map<string, Set<(message: string) => void>>();
  const waiting = new Set<() => void>();
  let wasLost = false;
  const channelOf = (topic: Topic) => `${prefix}:bus:${topic}`;
  listening.on('message', (channel, message) => {
    for (const listener of listeners.get(channel) ?? []) listener(message);
  });
  // Not ready, or refused: it is tried again with the next connection.
  const hear = (...channels: string[]) => listening.subscribe(...channels).catch(() => undefined);
  listening.on('close', () => {
    wasLost = true;
  });
  listening.on('ready', async () => {
    if (listeners.size > 0) await hear(...listeners.keys());
    if (!wasLost) return;
    wasLost = false;
    for (const missed of waiting) missed();
  });

  return {
    async publish(topic, message) {
      // Messages can be lost: receivers that miss one find the change in the registry a little later.
      await speaking.publish(channelOf(topic), message).catch(() => 0);
    },
    subscribe(topic, listener, missed) {
      const channel = channelOf(topic);
      const known = listeners.get(channel) ?? new Set();
      listeners.set(channel, known.add(listener));
      if (known.size === 1) void hear(channel);
      if (missed) waiting.add(missed);
      return () => {
        known.delete(listener);
        if (missed) waiting.delete(missed);
      };
    },
  };
}
