import type { Endpoint } from '../endpoint.ts';
import type { Tally } from '../rollout.ts';

/** What a gateway counted for a step of a rollout since it last told. */
export interface Counted extends Endpoint {
  /** Of the challenger. */
  deployment: string;
  step: number;
  tally: Tally;
  /** The challenger is loaded, and answered a row. */
  ready: boolean;
}

export interface TallyReader {
  /** Undefined before any gateway has told anything. */
  of(deployment: string, step: number): Promise<(Tally & { ready: boolean }) | undefined>;
}

export interface TallyStore extends TallyReader {
  /** Adds to the step's counts, in one atomic write. */
  add(counted: Counted): Promise<void>;
}
