import { createHash } from 'node:crypto';

/** This many requests in this many seconds. */
export interface Rate {
  limit: number;
  seconds: number;
}

/** High enough that only tests that want a limit reach it. */
const FREE: Rate = { limit: 1000, seconds: 1 };

interface Window {
  left: number;
  /** Milliseconds of the wall clock: clients wait by it. */
  ends: number;
}

interface Verdict {
  headers: Record<string, string>;
  /** Seconds to wait, if the limit was exceeded. */
  retryAfter?: number;
  global?: boolean;
}

/**
 * Buckets by route and by the channel, guild or webhook in it, and a global one.
 * https://docs.discord.com/developers/topics/rate-limits
 */
export class Rates {
  /** By `METHOD /route/{as}/documented`. */
  readonly routes = new Map<string, Rate>();
  global: Rate | undefined;
  readonly #windows = new Map<string, Window>();

  take(where: string, major: string): Verdict {
    if (this.global !== undefined) {
      const all = this.#window('everything', this.global);
      if (all.left < 0)
        return {
          headers: { 'x-ratelimit-global': 'true', 'x-ratelimit-scope': 'global' },
          retryAfter: (all.ends - Date.now()) / 1000,
          global: true,
        };
    }
    const rate = this.routes.get(where) ?? FREE;
    const { left, ends } = this.#window(`${where} ${major}`, rate);
    const seconds = Math.max(0, ends - Date.now()) / 1000;
    return {
      headers: {
        'x-ratelimit-limit': String(rate.limit),
        'x-ratelimit-remaining': String(Math.max(0, left)),
        'x-ratelimit-reset': String(ends / 1000),
        'x-ratelimit-reset-after': seconds.toFixed(3),
        'x-ratelimit-bucket': createHash('md5').update(where).digest('hex'),
        ...(left < 0 ? { 'x-ratelimit-scope': 'user' } : {}),
      },
      ...(left < 0 ? { retryAfter: seconds } : {}),
    };
  }

  #window(key: string, rate: Rate): Window {
    const now = Date.now();
    const open = this.#windows.get(key);
    const window =
      open !== undefined && open.ends > now
        ? { ...open, left: open.left - 1 }
        : { left: rate.limit - 1, ends: now + rate.seconds * 1000 };
    this.#windows.set(key, window);
    return window;
  }
}
