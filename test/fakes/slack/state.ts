import type { Clock } from '../../../src/core/clock.ts';
import type { Body } from './json.ts';
import type { Upstream } from './upstream.ts';

/** One call the bot made. */
interface Call {
  method: string;
  body: Body;
  /** Milliseconds since the double was opened, whatever its clock says. */
  at: number;
  /** Absent where the answer was lost. */
  answer?: Body;
}

/** What one person alone sees in a channel. */
export interface Ephemeral {
  channel: string;
  user: string;
  ts: string;
  text: string;
  blocks: Body[];
  thread?: string;
}

/** What goes wrong with a call. `after`: it took effect all the same, and the answer was lost. */
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
  /** Its own address, without a slash at the end. */
  front: string;
  scopes: readonly string[];
  calls: Call[];
  faults: string[];
  ephemerals: Ephemeral[];
  /** Members of the user groups by id of the group, with its handle. */
  groups: Map<string, { handle: string; users: string[] }>;
}

let last = 0;
/** A number that never comes twice in this process. */
export const serial = () => {
  last += 1;
  return last;
};

/** A time stamp as Slack writes it, unique. */
export function stamp(now = new Date()): string {
  return `${Math.floor(now.getTime() / 1000)}.9${String(serial()).padStart(5, '0')}`;
}
