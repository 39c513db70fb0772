/** What a message is about, in a word. Adapters add a symbol and a colour; the words stay in the title. */
export type Tone = 'note' | 'progress' | 'success' | 'warning' | 'danger';

/** A labelled value, shown side by side where there is room. */
export interface Fact {
  label: string;
  value: string;
}

export interface Table {
  columns: readonly string[];
  rows: readonly (readonly string[])[];
}

/** A picture by the hash of its PNG bytes; `alt` says in a sentence what it shows. */
export interface Picture {
  sha256: string;
  alt: string;
  width: number;
  height: number;
}

/**
 * A button. Pressing it is calling `command` with the words of `argument`, through the same
 * dispatch as if it had been typed: what a button carries is never trusted.
 */
export interface Action {
  label: string;
  command: string;
  argument: string;
  style?: 'primary' | 'danger';
  /** Asked before the effect, where it deserves a second thought. */
  confirm?: string;
}

/**
 * One message, independent of any platform. Text is plain: adapters escape it, so that nothing in it
 * can mention anybody or become markup.
 */
export interface Card {
  title: string;
  tone: Tone;
  text?: string;
  facts?: readonly Fact[];
  table?: Table;
  pictures?: readonly Picture[];
  /** `share` from 0 to 1. */
  progress?: { share: number; words: string };
  actions?: readonly Action[];
  /** Emoji names a reader may answer with, e.g. on an approval. */
  reactions?: readonly { emoji: string; meaning: string }[];
  footer?: string;
}
