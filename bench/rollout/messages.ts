/** One answered request: its ID, and how many milliseconds it took. */
export type Sample = [id: string, ms: number];

/** To the process that sends the requests. `number` is that of a question, for its reply. */
export type Order =
  | { type: 'begin' }
  | { type: 'answer'; number: number; version: string }
  | { type: 'last'; number: number; version: string }
  | { type: 'stop' };

/** From it. `at`: by `now`; undefined if that version never answered. */
export type Report =
  | { type: 'told'; number: number; at?: number }
  | { type: 'stopped'; sent: number; failed: number; phases: Sample[][] };

/** Milliseconds of a clock that the processes of a machine share. */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6;
