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

/** What the listeners for Slack's events need. */
export interface SlackContext {
  dispatch: Dispatch;
  members: Members;
  places: Places;
  web: webApi.WebClient;
  commands: readonly CommandShape[];
  home: readonly string[];
  /** Whether Slack has refused sortable tables there. */
  homeIsPlain: boolean;
  prefix: string;
  submissions: Submissions;
  clock: Clock;
  log: Log;
  /** The bot's own user. */
  me: string;
  /** Work for which Slack does not wait, but `stop` does. Errors are logged under the name `what`. */
  later(what: string, work: () => Promise<unknown>): void;
}

export function placeOf(channel: string): Address {
  return { platform: 'slack', channel };
}

/** An ID with characters that are allowed in names of jobs and records. */
export function idOf(...parts: readonly string[]): string {
  return parts.join('-').replaceAll(/[^\w.-]/g, '_');
}

/** What `answer` needs, for an interaction that has just arrived. */
export function backTo(
  { clock }: Pick<SlackContext, 'clock'>,
  { user, channel, url }: { user: string; channel: string; url: string | undefined },
): To {
  return { user, channel, ...(url && { url, at: clock.now().getTime() }) };
}
