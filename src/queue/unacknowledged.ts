import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Invocation } from '../core/platform.ts';
import type { Unacknowledged } from '../core/ports/inbound.ts';

/** For as long, what was not acknowledged may be done again. */
const AGAIN_MS = 120_000;

/** KEYS: what was done. ARGV: ID of the event, milliseconds. */
const BEGIN = `
local first = redis.call('GET', KEYS[1])
if first then return first end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ARGV[1]`;

export function createUnacknowledged(redis: Redis, prefix: string): Unacknowledged {
  const keyOf = ({ command, input, by, from }: Invocation) => {
    const what = JSON.stringify([by.platform, by.user, from, command, input]);
    return `${prefix}:unacknowledged:${createHash('sha256').update(what).digest('hex')}`;
  };
  return {
    begin: async (event) => String(await redis.eval(BEGIN, 1, keyOf(event), event.id, AGAIN_MS)),
    async end(event) {
      await redis.del(keyOf(event));
    },
  };
}
