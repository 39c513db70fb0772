import type { Actor, Room } from './cast.ts';

/** The target of a button: an object that existed before, or the run of a command of the script. */
export type On = { subject: `approval:${string}` | `alert:${string}` } | { runOf: number };

interface Deed {
  /** Its index in the script, from 0. */
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
  /** Pressed again before it could have had an effect. */
  twice: boolean;
  /** Pressed once somebody's vote is visible. */
  afterVotes: number;
};
export type React = Deed & { kind: 'react'; approval: string; emoji: Emoji; on: boolean };
export type Act = Say | Press | React;

export type Emoji = 'thumb' | 'tanned thumb' | 'check' | 'cross' | 'eyes' | 'tada';
