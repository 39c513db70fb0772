/** A place where a message can stand. */
export interface Address {
  platform: string;
  channel: string;
}
