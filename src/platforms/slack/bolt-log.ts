import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../../core/log.ts';

const SECRETS =
  /xox[a-z](?:\.[a-z]+)?-[\w-]+|xapp-[\w-]+|https?:\/\/hooks\.[\w.-]+\/\S+|wss?:\/\/\S+/g;

/** Text that may have been near a token, a `response_url` or a ticket of the socket. */
export function withoutSecrets(text: string): string {
  return text.replace(SECRETS, '[secret]');
}

/**
 * Bolt's words in our log. What it says below a warning holds payloads, and is left out; what fails in
 * a call reaches us as an error, which is told where the activity is known.
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
