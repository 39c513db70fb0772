/** A message of the bot as a person reads it in the model's channel. */
export interface InboundEvent {
  /** Its ID on the platform. */
  name: string;
  /** All text on it. */
  text: string;
  /** The labels of its buttons. */
  buttons: readonly string[];
  /** How many pictures it shows. */
  pictures: number;
}

type Who = 'dev' | 'lead';

/** A platform as people use it, in the model's channel. */
export interface Talk {
  name: string;
  /** The settings that the bot needs to connect. */
  env(): Promise<Record<string, string>>;
  /** Sends a command line without its slash; resolves when the platform has the acknowledgement. */
  say(who: Who, line: string): Promise<void>;
  /** Opens a command's form, changes the given fields and submits it. */
  fill(who: Who, command: string, values: Record<string, string>): Promise<void>;
  press(who: Who, message: InboundEvent, label: string): Promise<void>;
  /** `silently`: as while the bot was offline. `emoji`: one that approves, or one that rejects. */
  react(
    who: Who,
    message: InboundEvent,
    how: { emoji: 'approve' | 'reject'; on?: boolean; silently?: boolean },
  ): Promise<void>;
  /** Messages of the channel, oldest first. */
  messages(): Promise<InboundEvent[]>;
  thread(message: InboundEvent): Promise<string[]>;
  /** What only this person has seen. */
  ephemerals(who: Who): Promise<string[]>;
  /** Calls that violated the platform's rules. */
  faults(): readonly unknown[];
  close(): Promise<void>;
}
