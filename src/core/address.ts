/** A place where a message can be posted. */
export interface Address {
  platform: string;
  channel: string;
  /** The message whose thread it is in, if any. */
  thread?: string;
}
