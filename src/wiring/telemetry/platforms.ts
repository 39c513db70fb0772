import { observed } from '../../core/activity.ts';
import { Busy, NotFound, Refused } from '../../core/errors.ts';
import type { Platform } from '../../core/platform.ts';

/** An adapter whose requests are counted and traced where that is switched on. */
export function observedPlatform(adapter: Platform): Platform {
  const { mark, answer, direct, reactions, whoIs } = adapter;
  const asked = <T>(operation: string, work: () => Promise<T>): Promise<T> =>
    observed('platform', { platform: adapter.name, operation }, work, { failed: outcomeOf });
  return {
    ...adapter,
    post: (...given) => asked('post', () => adapter.post(...given)),
    edit: (...given) => asked('edit', () => adapter.edit(...given)),
    ...(mark && { mark: (...given) => asked('mark', () => mark.apply(adapter, given)) }),
    ...(answer && { answer: (...given) => asked('answer', () => answer.apply(adapter, given)) }),
    ...(direct && { direct: (...given) => asked('direct', () => direct.apply(adapter, given)) }),
    ...(reactions && {
      reactions: (...given) => asked('reactions', () => reactions.apply(adapter, given)),
    }),
    ...(whoIs && { whoIs: (...given) => asked('whois', () => whoIs.apply(adapter, given)) }),
  };
}

function outcomeOf(error: unknown): string {
  if (error instanceof Busy) return 'rate_limited';
  if (error instanceof Refused || error instanceof NotFound) return 'refused';
  return 'failed';
}
