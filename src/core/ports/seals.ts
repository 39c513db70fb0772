import type { Json } from '../json.ts';

/** Signs a job that carries the authority of a person, in the process that heard that person. */
export type SealJob = (job: string, payload: unknown) => Json;

export interface OpenedJob {
  payload: unknown;
  /** When the person was heard. */
  at: Date;
}

/**
 * What is stored in the queue of such a job.
 * @throws a WheelhouseError of the user's if no trusted process signed exactly this, for that job
 */
export type OpenJob = (job: string, stored: unknown) => Promise<OpenedJob>;
