import type { Choice, CommandBody, Component, Embed, ModalBody } from './shapes.ts';
import type { Channel, Thread, User } from './things.ts';

export interface Attachment {
  id: string;
  filename: string;
  size: number;
  url: string;
  proxy_url: string;
  content_type: string;
  width?: number;
  height?: number;
  description?: string;
  ephemeral?: boolean;
}

/** A stored message. */
export interface Held {
  id: string;
  type: number;
  channel: Channel;
  author: User;
  content: string;
  embeds: Embed[];
  components: Component[];
  files: Attachment[];
  flags: number;
  timestamp: string;
  edited: string | null;
  /** Emoji (`👍` or `name:id`) to the users who added it, in order. */
  reactions: Map<string, Set<string>>;
  thread?: Thread;
  /** Ephemeral: the ID of the only user who sees it. */
  onlyFor?: string;
  /** `webhook_id`, `interaction_metadata`, `message_reference`. */
  extra: Record<string, unknown>;
}

export interface RegisteredCommand extends CommandBody {
  id: string;
  application_id: string;
  version: string;
  guild_id?: string;
}

/** An open form. */
export interface Modal extends ModalBody {
  /** Whose answer it is. */
  interaction: Interaction;
}

/** The bot's first response to an interaction. */
export interface Acknowledgement {
  callback: number;
  message?: Held;
  modal?: Modal;
  choices?: Choice[];
}

/** A user action that the bot must answer within three seconds. */
export interface Interaction {
  id: string;
  token: string;
  /** 2 a command, 3 a component, 4 autocomplete, 5 a modal. */
  type: number;
  user: User;
  channel: Channel;
  /** Milliseconds on the world's clock. */
  at: number;
  payload: Record<string, unknown>;
  /** As in every message that answers it. */
  metadata: Record<string, unknown>;
  /** The message with the pressed button, also through a modal. */
  source?: Held;
  callback?: number;
  /** What `@original` refers to. */
  original?: Held;
  /** IDs of the messages that its token may change. */
  reach: Set<string>;
  acknowledge(ack: Acknowledgement): void;
  /** Something was written with its token, or with the acknowledgement itself. */
  write(held: Held): void;
}
