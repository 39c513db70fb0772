import type { Heard } from '../platform.ts';

/** Answers what a door took in and had no time to wait for. Only the process with the doors has one. */
export interface Reception {
  /** May be repeated with the same event after a crash: it happens once. */
  hear(heard: Heard): Promise<void>;
}
