/** The parts of docs/troubleshooting.md, in its order. */
export const SECTIONS = {
  model: 'The model file',
  dataset: 'The dataset',
} as const;

/** A mistake that people make: a row of docs/troubleshooting.md, and the test that holds it true. */
export interface Case {
  section: keyof typeof SECTIONS;
  /** The mistake in a few words; also the test's name. */
  mistake: string;
  /** Exactly what is said, next step included. */
  sees: string;
  why: string;
  fix: string;
  /** Makes the mistake, runs the real check, and gives what it said. */
  reproduce(): Promise<string>;
}
