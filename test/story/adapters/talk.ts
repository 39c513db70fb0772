/** A message of the bot as somebody reads it in the model's channel. */
export interface InboundEvent {
  /** The platform's name for it. */
  name: string;
  /** Everything on it that can be read. */
  text: string;
  /** The labels of its buttons. */
  buttons: readonly string[];
  /** How many pictures it shows. */
  pictures: number;
}

type Who = 'dev' | 'lead';

/** A platform as people use it, in the channel of the model. */
export interface Talk {
  name: string;
  /** What the bot needs to know to come in. */
  env(): Promise<Record<string, string>>;
  /** Says a command line without its slash; resolves when the platform has its acknowledgement. */
  say(who: Who, line: string): Promise<void>;
  /** Opens the form of a command, changes what is given and sends it. */
  fill(who: Who, command: string, values: Record<string, string>): Promise<void>;
  press(who: Who, message: InboundEvent, label: string): Promise<void>;
  /** `silently`: as while the bot was away. `emoji`: what approves, or what rejects. */
  react(
    who: Who,
    message: InboundEvent,
    how: { emoji: 'approve' | 'reject'; on?: boolean; silently?: boolean },
  ): Promise<void>;
  /** Messages of the channel, oldest first. */
  messages(): Promise<InboundEvent[]>;
  thread(message: InboundEvent): Promise<string[]>;
  /** What this person alone has been shown. */
  ephemerals(who: Who): Promise<string[]>;
  /** Whatever was not as the platform wants it. */
  faults(): readonly unknown[];
  close(): Promise<void>;
}
