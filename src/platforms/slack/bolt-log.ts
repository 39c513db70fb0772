import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../../core/log.ts';

const SECRETS =
  /xox[a-z](?:\.[a-z]+)?-[\w-]+|xapp-[\w-]+|https?:\/\/hooks\.[\w.-]+\/\S+|wss?:\/\/\S+/g;

/** Text that may contain a token, a `response_url` or a socket ticket. */
export function withoutSecrets(text: string): string {
  return text.replace(SECRETS, '[secret]');
}

/**
 * Bolt's messages in our log. Those below a warning contain payloads and are left out. Failed calls reach us as
 * errors, which are logged where the activity is known.
 */
export function boltLogger(log: Log): Logger {
  const told = (words: unknown[]) =>
    withoutSecrets(
      words.map((word) => (word instanceof Error ? word.message : String(word))).join(' '),
    );
  return {
    debug() {},
    info() {},
    warn: (...words: unknown[]) => log.warn({ platform: 'slack' }, told(words)),
    error: (...words: unknown[]) => log.warn({ platform: 'slack' }, told(words)),
    setLevel() {},
    getLevel: () => LogLevel.WARN,
    setName() {},
  };
}
