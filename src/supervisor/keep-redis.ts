import { setTimeout as delay } from 'node:timers/promises';
import { inWords } from '../core/errors.ts';
import { startRedis } from '../embedded/redis/start-redis.ts';
import { createBackOff } from './back-off.ts';
import type { Journal } from './journal.ts';

interface KeptRedis {
  url: string;
  stop(): Promise<void>;
  kill(): void;
}

/**
 * Starts our own Redis, and restarts it at the same address if it dies: its clients find it there, with all
 * data that was on disk.
 * @throws Unreachable if it does not start the first time
 */
export async function keepRedis(
  dir: string,
  journal: Journal,
  notice: (text: string) => void,
  backOff = createBackOff(),
): Promise<KeptRedis> {
  const end = new AbortController();
  let redis = await startRedis({ dir, onLine: journal.write });
  const { url } = redis;

  async function watch(): Promise<void> {
    for (;;) {
      const since = performance.now();
      await redis.ended;
      if (end.signal.aborted) return;
      notice(`Redis exited and is being restarted; see ${journal.file}`);
      await revive(performance.now() - since);
    }
  }

  async function revive(livedMs: number): Promise<void> {
    for (let lived = livedMs; !end.signal.aborted; lived = 0) {
      await delay(backOff.next(lived), undefined, { signal: end.signal }).catch(() => {});
      if (end.signal.aborted) return;
      try {
        redis = await startRedis({ dir, instead: url, onLine: journal.write });
        // Stopped while it was starting: nobody else would stop it now.
        if (end.signal.aborted) await redis.stop();
        return;
      } catch (error) {
        notice(inWords(error));
      }
    }
  }
  const watching = watch();

  return {
    url,
    async stop() {
      end.abort();
      await redis.stop();
      await watching;
      await journal.close();
    },
    kill() {
      end.abort();
      killed(redis.pid);
    },
  };
}

function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It exited by itself.
  }
}
