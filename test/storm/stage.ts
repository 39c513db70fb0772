import type { Card } from '../../src/core/card.ts';
import type { Emoji } from './acts.ts';
import type { AdapterName } from './adapter.ts';
import type { Actor, Room } from './cast.ts';

/** What somebody did, as the platform told the bot. */
export interface Told {
  /** The ids of the events that the bot makes of it begin with this. */
  mark: string;
  /** The platform saw it acknowledged. */
  acknowledged: boolean;
  /** The platform tells it once more. */
  again(): Promise<Told>;
  /** What follows if nobody acknowledged it. */
  retried(): Promise<Told>;
}

/** A message of the bot as everybody sees it. */
export interface Shown {
  /** The message whose thread it stands in. */
  thread: string | undefined;
  body: object;
}

export interface Place {
  channel: string;
  message: string;
}

/** What goes wrong with a call of the platform's API. */
export type Mishap = 'busy' | 'refused' | 'answer lost';

/** A platform's double, as a script and the bots need it. */
export interface Stage {
  name: AdapterName;
  /** What was not acknowledged, a person does again, as another event. Otherwise the platform repeats it until it is stored. */
  personsRetry: boolean;
  /** The variables of the adapter. */
  environment: Record<string, string>;
  /** Where a bot takes requests; undefined: nowhere. */
  reachedAt(url: string | undefined): void;
  account(who: Actor): string;
  channel(room: Room): string;
  say(act: { who: Actor; room: Room; line: string }): Promise<Told>;
  /** `times` it in a row, before anything can have come of it. */
  press(act: { who: Actor; label: string; times: number } & Place): Promise<Told[]>;
  /** What stands on the message changes at once; the bot is told by `again` only. */
  react(
    act: { who: Actor; emoji: Emoji; on: boolean } & Place,
  ): Promise<Pick<Told, 'mark' | 'again'>>;
  /** Undefined: calm. Else asked before each call of the API. */
  set mishaps(draw: (() => Mishap | undefined) | undefined);
  /** Cuts the connection, in the `n`th way; false where there is none. */
  cut(n: number): Promise<boolean>;
  /** Whether the bot hears what is told. */
  listens(): boolean;
  /** Every message of the bot in the rooms and their threads, by `channel message`. */
  board(): Promise<Map<string, Shown>>;
  /** What `Shown.body` must hold at least, for this card. */
  rendered(card: Card): object;
  /** Breaches of the platform's rules, mentions among them. */
  faults(): readonly unknown[];
  close(): Promise<void>;
}
