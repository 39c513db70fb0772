/** Which events of chat platforms were answered: somebody who puts an old one back into the queue gains nothing. */
export interface HandledEvents {
  has(event: string): Promise<boolean>;
  /** Kept for longer than an event may wait. */
  add(event: string): Promise<void>;
}
