import type { Card } from '../../src/core/card.ts';
import type { Platform } from '../../src/core/platform.ts';
import type { Emoji } from './acts.ts';
import type { Actor, Room } from './cast.ts';

/** A user action, as the platform sent it to the bot. */
export interface Told {
  /** The bot's event IDs for it begin with this. */
  mark: string;
  /** The platform received the acknowledgement. */
  acknowledged: boolean;
  /** The platform sends it again. */
  again(): Promise<Told>;
}

/** A message of the bot as everyone sees it. */
export interface Shown {
  /** The parent message of its thread. */
  thread: string | undefined;
  body: object;
}

export interface Place {
  channel: string;
  message: string;
}

/** What goes wrong with a call of the platform's API. */
export type Mishap = 'busy' | 'refused' | 'answer lost';

/** A platform's double with the adapter, as a script needs them. */
export interface Stage {
  platform: Platform;
  account(who: Actor): string;
  channel(room: Room): string;
  say(act: { who: Actor; room: Room; line: string }): Promise<Told>;
  /** `times` in a row, before anything can have happened. */
  press(act: { who: Actor; label: string; times: number } & Place): Promise<Told[]>;
  /** The message changes immediately; the bot gets the event only by `again`. */
  react(
    act: { who: Actor; emoji: Emoji; on: boolean } & Place,
  ): Promise<Omit<Told, 'acknowledged'>>;
  /** Undefined: calm. Otherwise called before each API call. */
  set mishaps(draw: (() => Mishap | undefined) | undefined);
  /** Breaks the connection, in the `n`th way; false if there is none. */
  cut(n: number): Promise<boolean>;
  /** Whether the bot receives events. */
  listens(): boolean;
  /** Every message of the bot in the channels and their threads, by `channel message`. */
  board(): Promise<Map<string, Shown>>;
  /** What `Shown.body` must at least contain for this card. */
  rendered(card: Card): object;
  /** Violations of the platform's rules, including mentions. */
  faults(): readonly unknown[];
  close(): Promise<void>;
}
