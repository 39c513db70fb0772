/** What waits for a worker. */
export interface Backlog {
  /** IDs of the trainings that wait, the next one first. Throws Unreachable if the queue does not answer. */
  trainings(): Promise<string[]>;
}
