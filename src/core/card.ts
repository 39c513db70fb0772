import type { Mention } from './alerting.ts';

/** The kind of message, as one word. Adapters add a symbol and a colour; the title stays as it is. */
export type Tone = 'note' | 'progress' | 'success' | 'warning' | 'danger';

/** A labelled value, shown side by side if there is room. */
export interface Fact {
  label: string;
  value: string;
}

export interface Table {
  /** What it lists, for those who hear it read out; the title of the card where it is left out. */
  caption?: string;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
}

/** A picture, by the hash of its PNG bytes; `alt` describes it in a sentence. */
export interface Picture {
  sha256: string;
  alt: string;
  width: number;
  height: number;
}

/**
 * A button. Pressing it calls `command` with the words of `argument`, through the same dispatch as if it had
 * been typed: what a button carries is never trusted.
 */
export interface Action {
  label: string;
  command: string;
  argument: string;
  /** How the command is typed where the card is shown, if not as `/command`. */
  typed?: string;
  style?: 'primary' | 'danger';
  /** A confirmation, asked before the action. */
  confirm?: string;
}

/** The command line to type instead of pressing. */
export function typedAs({
  command,
  argument,
  typed,
}: Pick<Action, 'command' | 'argument' | 'typed'>): string {
  return `${typed ?? `/${command}`} ${argument}`.trimEnd();
}

/** A step of a longer piece of work. */
export interface Step {
  title: string;
  status: 'pending' | 'running' | 'done' | 'failed';
}

/** Shown as a plan where a platform has one, and otherwise as lines: see `planAsText`. */
export interface Plan {
  title: string;
  steps: readonly Step[];
}

/** Evidence under a verdict, folded away where a platform can fold. */
interface Folded {
  /** Says in a line what is inside, e.g. `Gates: 4 of 4 passed`. */
  title: string;
  /** The call that answers with all of it: for platforms that cannot fold, and leave it out. */
  show?: Pick<Action, 'command' | 'argument'>;
}

/** What people see of a message in a list: somebody took it, or it is over. The card says so in words as well. */
export type Mark = 'taken' | 'over';

/** The emoji of a mark, as a character and by its name. */
export const MARKS: Readonly<Record<Mark, { emoji: string; name: string; words: string }>> = {
  taken: { emoji: '👀', name: 'eyes', words: 'taken' },
  over: { emoji: '✅', name: 'white_check_mark', words: 'over' },
};

/**
 * One message, independent of any platform. Text is plain: adapters escape it, so that it cannot mention
 * anyone or become markup.
 */
export interface Card {
  title: string;
  tone: Tone;
  text?: string;
  facts?: readonly Fact[];
  table?: Table;
  pictures?: readonly Picture[];
  /** The table and the pictures are evidence. Whoever cannot fold shows them, or leaves the table to `show`. */
  folded?: Folded;
  /** `share` from 0 to 1. */
  progress?: { share: number; words: string };
  /** What the progress consists of. */
  steps?: readonly Step[];
  /** The steps of the whole, whether something of it is in progress or not. */
  plan?: Plan;
  actions?: readonly Action[];
  /** Emoji that a reader may react with, e.g. on an approval. */
  reactions?: readonly { emoji: string; meaning: string }[];
  footer?: string;
  /** Whom it notifies. The text says so too: where nobody can be notified, this is not shown. */
  mention?: Mention;
  /** Shown by the bot's own reaction, where a platform has reactions. */
  mark?: Mark;
}
