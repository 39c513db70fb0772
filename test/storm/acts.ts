import type { Actor, Room } from './cast.ts';

/** What a button is on: a thing that stood there before, or the run of a command of the script. */
export type On = { subject: `approval:${string}` | `alert:${string}` } | { runOf: number };

interface Deed {
  /** Its place in the script, from 0. */
  n: number;
  who: Actor;
  room: Room;
}
/** `{run}` in the line is the run of the command `runOf`. */
export type Say = Deed & { kind: 'say'; line: string; runOf?: number };
export type Press = Deed & {
  kind: 'press';
  on: On;
  label: string;
  /** Pressed again before anything could have come of it. */
  twice: boolean;
  /** Pressed once somebody's vote is seen. */
  afterVotes: number;
};
export type React = Deed & { kind: 'react'; approval: string; emoji: Emoji; on: boolean };
export type Act = Say | Press | React;

export type Emoji = 'thumb' | 'tanned thumb' | 'check' | 'cross' | 'eyes' | 'tada';
