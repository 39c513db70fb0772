/** One part of a process that can fail by itself. */
export interface Part {
  /** A few fixed words: it is the value of a label. */
  name: string;
  /** False: the role does its work without it, so that it is shown and does not make it unready. Default: true. */
  required?: boolean;
  /** Throws if it does not work, with the reason as a sentence. */
  check(): Promise<void>;
  /** What else there is to say while it works. */
  note?(): Promise<string>;
}
