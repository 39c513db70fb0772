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

/** A message as it is kept. */
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
  /** Emoji (`👍` or `name:id`) to the users who put it, in that order. */
  reactions: Map<string, Set<string>>;
  thread?: Thread;
  /** Ephemeral: the id of the only user who sees it. */
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

/** A form that stands before somebody. */
export interface Modal extends ModalBody {
  /** Whose answer it is. */
  interaction: Interaction;
}

/** What the bot said first to an act. */
export interface Acknowledgement {
  callback: number;
  message?: Held;
  modal?: Modal;
  choices?: Choice[];
}

/** Something that somebody did, which the bot must answer within three seconds. */
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
  /** As every message that answers it carries it. */
  metadata: Record<string, unknown>;
  /** The message that was pressed, also through a modal. */
  source?: Held;
  callback?: number;
  /** What `@original` means. */
  original?: Held;
  /** Ids of the messages that its token may change. */
  reach: Set<string>;
  acknowledge(ack: Acknowledgement): void;
  /** Something was written with its token, or right with the acknowledgement. */
  write(held: Held): void;
}
