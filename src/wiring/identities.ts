import { Unreachable } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Platform } from '../core/platform.ts';
import type { Identities } from '../core/ports/identities.ts';

/** A voter waits for this. */
const PATIENCE_MS = 5000;

/** Asks the adapters of this process about an account. */
export function createIdentities(
  platforms: readonly Platform[],
  log: Pick<Log, 'warn'>,
  patienceMs = PATIENCE_MS,
): Identities {
  return {
    async now(account, from) {
      const { platform, user } = account;
      const activity = `asking ${platform} for the current groups of ${user}`;
      const adapter = platforms.find(({ name }) => name === platform);
      try {
        if (!adapter) throw new Unreachable(`${activity}: this process has no adapter to it.`);
        // Our own adapters have no groups: who somebody is there, the configuration says.
        if (!adapter.whoIs) return account;
        return await inTime(adapter.whoIs(account, from), patienceMs, activity);
      } catch (err) {
        log.warn(
          { err, platform, user },
          'a vote cannot be counted until the platform confirms who cast it',
        );
        throw err;
      }
    },
  };
}

async function inTime<T>(work: Promise<T>, ms: number, activity: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Unreachable(`${activity}: no answer within ${ms / 1000} s.`);
    timer = setTimeout(() => reject(error), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
