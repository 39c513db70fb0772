import type { webApi } from '@slack/bolt';
import type { Address } from '../../core/address.ts';
import type { Clock } from '../../core/clock.ts';
import type { Log } from '../../core/log.ts';
import type { Dispatch } from '../../core/platform.ts';
import type { CommandShape } from '../../core/shape.ts';
import type { To } from './answers.ts';
import type { Members } from './people.ts';
import type { Places } from './places.ts';
import type { Submissions } from './submissions.ts';

/** What those who listen to Slack have at hand. */
export interface SlackContext {
  dispatch: Dispatch;
  members: Members;
  places: Places;
  web: webApi.WebClient;
  commands: readonly CommandShape[];
  home: readonly string[];
  /** Slack refused tables there that readers sort. */
  homeIsPlain: boolean;
  prefix: string;
  submissions: Submissions;
  clock: Clock;
  log: Log;
  /** The bot's own user. */
  me: string;
  /** Work that Slack need not wait for; `stop` does. What it throws is logged as the fault of `what`. */
  later(what: string, work: () => Promise<unknown>): void;
}

export function placeOf(channel: string): Address {
  return { platform: 'slack', channel };
}

/** Letters that may stand in the name of a job and of a record. */
export function idOf(...parts: readonly string[]): string {
  return parts.join('-').replaceAll(/[^\w.-]/g, '_');
}

/** What `answer` needs, of an interaction that came just now. */
export function backTo(
  { clock }: Pick<SlackContext, 'clock'>,
  { user, channel, url }: { user: string; channel: string; url: string | undefined },
): To {
  return { user, channel, ...(url && { url, at: clock.now().getTime() }) };
}
