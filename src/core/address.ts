/** A place where a message can be posted. */
export interface Address {
  platform: string;
  channel: string;
  /** The message whose thread it is in, if any. */
  thread?: string;
  /** A conversation between one person and the bot: its messages are edited in place, and have no thread. */
  direct?: true;
}
