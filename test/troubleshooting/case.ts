/** The sections of docs/troubleshooting.md, in order. */
export const SECTIONS = {
  model: 'The model file',
  dataset: 'The dataset',
} as const;

/** A common mistake: a row of docs/troubleshooting.md, and the test that reproduces it. */
export interface Case {
  section: keyof typeof SECTIONS;
  /** The mistake in a few words; also the test's name. */
  mistake: string;
  /** The exact message, next step included. */
  sees: string;
  why: string;
  fix: string;
  /** Makes the mistake, runs the real check, and returns its message. */
  reproduce(): Promise<string>;
}
