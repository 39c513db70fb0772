import { asJson, textOf } from './answered.ts';
import { refusals } from './errors.ts';
import type { Excess } from './excess.ts';
import { danglingFiles, keepFile, type Upload } from './files.ts';
import type { Attachment, Held } from './kept.ts';
import { couldMention, excessesOfMessage, FLAG } from './limits.ts';
import { type Component, everyComponent, type MessageBody } from './shapes.ts';
import type { World } from './state.ts';
import { type Channel, isThread, type User } from './things.ts';

export interface Draft {
  channel: Channel;
  author: User;
  type?: number;
  onlyFor?: string | undefined;
  flags?: number;
  extra?: Record<string, unknown>;
}

/** Message flags that a bot may set itself. */
const SETTABLE = (1 << 2) | (1 << 12) | FLAG.componentsV2;

/** Creates a message from `body`. @throws Refusal 50035 for what Discord would refuse, 50006 if empty */
export function addMessage(
  world: World,
  where: string,
  draft: Draft,
  body: MessageBody,
  uploads: readonly Upload[] = [],
): Held {
  const held: Held = {
    id: world.nextId(),
    type: draft.type ?? 0,
    channel: draft.channel,
    author: draft.author,
    content: '',
    embeds: [],
    components: [],
    files: [],
    flags: draft.flags ?? 0,
    timestamp: world.clock.stamp(),
    edited: null,
    reactions: new Map(),
    ...(draft.onlyFor === undefined ? {} : { onlyFor: draft.onlyFor }),
    extra: draft.extra ?? {},
  };
  // A deferred answer is an empty message.
  if ((held.flags & FLAG.loading) === 0) write(world, where, held, body, uploads);
  world.messages.set(held.id, held);
  if (isThread(draft.channel) && held.onlyFor === undefined) {
    draft.channel.message_count += 1;
    draft.channel.total_message_sent += 1;
    draft.channel.thread_metadata.archived = false;
  }
  announce(world, 'MESSAGE_CREATE', held);
  return held;
}

/** Changes the fields in `body` and keeps the others. @throws Refusal as `addMessage` */
export function editMessage(
  world: World,
  where: string,
  held: Held,
  body: MessageBody,
  uploads: readonly Upload[] = [],
): void {
  if (isThread(held.channel) && held.channel.thread_metadata.archived) throw refusals.archived();
  const loading = (held.flags & FLAG.loading) !== 0;
  write(world, where, held, body, uploads);
  held.flags &= ~FLAG.loading;
  // Filling in a deferred answer does not mark it as edited.
  if (!loading) held.edited = world.clock.stamp();
  announce(world, 'MESSAGE_UPDATE', held);
}

function write(
  world: World,
  where: string,
  held: Held,
  body: MessageBody,
  uploads: readonly Upload[],
): void {
  if (couldMention(body))
    world.fault('mention', where, `allowed_mentions admits what stands in ${textOf(body)}`);
  const kept = body.attachments
    ? held.files.filter(({ id }) => body.attachments?.some((one) => one.id === id))
    : held.files;
  const described = (index: string) => body.attachments?.find(({ id }) => id === index);
  const files = uploads.map(({ index, filename, bytes }) => ({
    filename: described(index)?.filename ?? filename,
    size: bytes.length,
    description: described(index)?.description,
  }));
  const next = {
    content: body.content ?? held.content,
    embeds: body.embeds ?? held.embeds,
    components: body.components ?? held.components,
    flags: held.flags | ((body.flags ?? 0) & SETTABLE),
    files: [...kept, ...files],
  };
  const excesses: Excess[] = excessesOfMessage(next);
  const names = next.files.map((file) => ({ ...NO_FILE, filename: file.filename }));
  for (const url of danglingFiles(names, next.embeds, everyComponent(next.components)))
    excesses.push({ path: 'attachments', code: 'UNKNOWN_FILE', message: `no file for ${url}` });
  if (excesses.length > 0) {
    for (const { path, message } of excesses) world.fault('limit', where, `${path}: ${message}`);
    throw refusals.invalidForm(excesses);
  }
  if ([next.content, next.embeds, next.components, next.files].every(({ length }) => length === 0))
    throw refusals.emptyMessage();
  const fresh = uploads.map((upload, index) =>
    keepFile(
      world,
      held.channel.id,
      { ...upload, ...files[index] },
      {
        description: files[index]?.description,
        ephemeral: held.onlyFor !== undefined,
      },
    ),
  );
  Object.assign(held, next, {
    files: [...kept, ...fresh],
    components: body.components ? numbered(next.components) : held.components,
  });
}

const NO_FILE: Attachment = {
  id: '0',
  filename: '',
  size: 0,
  url: '',
  proxy_url: '',
  content_type: '',
};

/** Components are numbered in reading order. */
function numbered(components: readonly Component[]): Component[] {
  let last = 0;
  const number = (one: Component): Component => {
    last += 1;
    const id = one.id === undefined || one.id === 0 ? last : one.id;
    return {
      ...one,
      id,
      ...(one.components ? { components: one.components.map(number) } : {}),
      ...(one.accessory ? { accessory: number(one.accessory) } : {}),
    };
  };
  return components.map(number);
}

/** Sends the event to the gateway, unless the message is ephemeral: then not even its bot receives it. */
export function announce(world: World, event: string, held: Held): void {
  if (held.onlyFor !== undefined) return;
  const guild = world.guildOf(held.channel);
  const member = guild?.members.get(held.author.id);
  const { user: _, ...partial } = { user: undefined, ...member };
  world.dispatch(event, {
    ...asJson(world, held),
    ...(guild === undefined ? {} : { guild_id: guild.id }),
    ...(guild === undefined || member === undefined ? {} : { member: partial }),
    ...(maySee(world, held) ? {} : { content: '' }),
  });
}

/**
 * Without the privileged intent a bot gets the text only of its own messages and of those that mention it, including
 * replies. https://docs.discord.com/developers/events/gateway#message-content-intent
 */
function maySee(world: World, { author, content, extra }: Held): boolean {
  if (author === world.bot || content.includes(`<@${world.bot.id}>`)) return true;
  const to = extra['message_reference'];
  const id =
    typeof to === 'object' && to !== null && 'message_id' in to ? to.message_id : undefined;
  return typeof id === 'string' && world.messages.get(id)?.author === world.bot;
}
