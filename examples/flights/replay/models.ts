import type { Label } from '../flights.ts';

interface Replayed {
  label: Label;
  /** Of the rows a day that the settings ask for. */
  share: number;
}

/** What each model is asked about, and told afterwards. */
export const REPLAYED = {
  flights: { label: 'late', share: 1 },
  // Enough for windows of a week, without crowding the endpoint.
  delay: { label: 'delay', share: 0.25 },
  lateness: { label: 'lateness', share: 0.25 },
} as const satisfies Record<string, Replayed>;

export type ModelName = keyof typeof REPLAYED;

/** Its new data comes as a file for each month, besides the traffic. */
export const MONTHLY: ModelName = 'lateness';
