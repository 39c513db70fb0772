/** A place where a message can stand. */
export interface Address {
  platform: string;
  channel: string;
  /** The message in whose thread it is, where it is in one. */
  thread?: string;
}
