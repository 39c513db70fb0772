import type { Clock } from '../../../src/core/clock.ts';
import type { Body } from './json.ts';
import type { Upstream } from './upstream.ts';

/** One call of the bot. */
interface Call {
  method: string;
  body: Body;
  /** Milliseconds since the double was opened, whatever its clock shows. */
  at: number;
  /** Absent if the answer was lost. */
  answer?: Body;
}

/** An ephemeral message in a channel. */
export interface Ephemeral {
  channel: string;
  user: string;
  ts: string;
  text: string;
  blocks: Body[];
  thread?: string;
}

/** What goes wrong with a call. `after`: it took effect, and the answer was lost. */
export type Trouble =
  | { status: 429; retryAfter: number }
  | { status: 500 | 502 | 503; after: boolean }
  | { cut: true; after: boolean }
  /** `messages` as in `response_metadata`, `errors` as from `blocks.validate`. */
  | { error: string; messages?: readonly string[]; errors?: readonly Body[] };

/** What the parts of the double share. */
export interface State {
  upstream: Upstream;
  clock: Clock;
  /** Its own address, without a trailing slash. */
  front: string;
  scopes: readonly string[];
  calls: Call[];
  faults: string[];
  ephemerals: Ephemeral[];
  /** Members of the user groups by group ID, with its handle. */
  groups: Map<string, { handle: string; users: string[] }>;
}

let last = 0;
/** A number that is unique in this process. */
export const serial = () => {
  last += 1;
  return last;
};

/** A unique time stamp in Slack's format. */
export function stamp(now = new Date()): string {
  return `${Math.floor(now.getTime() / 1000)}.9${String(serial()).padStart(5, '0')}`;
}
