import { type Excess, refusals } from './errors.ts';
import {
  danglingFiles,
  keepFile,
  shownInEmbeds,
  type Upload,
  unfurled,
  withFiles,
} from './files.ts';
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

/** What a bot may set of a message's flags itself. */
const SETTABLE = (1 << 2) | (1 << 12) | FLAG.componentsV2;

/** Makes a message of `body`. @throws Refusal 50035 for what Discord would not take, 50006 for nothing */
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
  // A deferred answer is a message without anything in it yet.
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

/** Changes what `body` names and leaves the rest. @throws Refusal as `addMessage` */
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
  // Filling in a deferred answer is no edit to its reader.
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

/** Every component gets a number, counted as a reader meets them. */
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

/** A message as Discord's API answers it. */
export type Message = ReturnType<typeof asJson>;

export function asJson(world: World, held: Held) {
  const { files, embeds, reactions, thread } = held;
  const inEmbeds = shownInEmbeds(files, embeds);
  return {
    id: held.id,
    type: held.type,
    channel_id: held.channel.id,
    author: held.author,
    content: held.content,
    timestamp: held.timestamp,
    edited_timestamp: held.edited,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: files.filter((file) => !inEmbeds.has(file)),
    embeds: embeds.map((embed) => withFiles(embed, files)),
    components: held.components.map((component) => filled(world, component, files)),
    flags: held.flags,
    pinned: false,
    ...held.extra,
    ...(reactions.size === 0 ? {} : { reactions: [...reactions].map(reactionOf(world)) }),
    ...(thread === undefined ? {} : { thread }),
  };
}

function reactionOf(world: World) {
  return ([emoji, users]: [string, Set<string>]) => ({
    emoji: emojiAsJson(emoji),
    count: users.size,
    count_details: { burst: 0, normal: users.size },
    burst_colors: [],
    me: users.has(world.bot.id),
    me_burst: false,
  });
}

/** `👍`, or `name:id` for a guild's own. */
export function emojiAsJson(emoji: string) {
  const [name = '', id] = emoji.split(':');
  return { id: id ?? null, name };
}

/** What Discord fills in where a bot left it open, by the component's type. */
const DEFAULTS: Readonly<Record<number, Record<string, unknown>>> = {
  2: { style: 1 },
  3: { min_values: 1, max_values: 1 },
  5: { min_values: 1, max_values: 1 },
  6: { min_values: 1, max_values: 1 },
  7: { min_values: 1, max_values: 1 },
  8: { min_values: 1, max_values: 1 },
  11: { description: null, spoiler: false },
  13: { spoiler: false },
  14: { spacing: 1, divider: true },
  17: { accent_color: null, spoiler: false },
};

function filled(world: World, one: Component, files: readonly Attachment[]): Component {
  const { components, accessory, media, file, items } = one;
  const found = file ? unfurled(world, file.url, files) : undefined;
  const size = files.find(({ id }) => id === found?.id);
  return {
    ...DEFAULTS[one.type],
    ...one,
    ...(components ? { components: components.map((inner) => filled(world, inner, files)) } : {}),
    ...(accessory ? { accessory: filled(world, accessory, files) } : {}),
    ...(media ? { media: unfurled(world, media.url, files) } : {}),
    ...(found ? { file: found, name: size?.filename ?? null, size: size?.size ?? null } : {}),
    ...(items
      ? {
          items: items.map((item) => ({
            description: null,
            spoiler: false,
            ...item,
            media: unfurled(world, item.media.url, files),
          })),
        }
      : {}),
  };
}

/** Everything that can be read in it: content, embeds, text displays, labels of buttons. */
export function textOf({
  content = '',
  embeds = [],
  components = [],
}: {
  content?: string | undefined;
  embeds?: readonly { [key: string]: unknown }[] | undefined;
  components?: readonly Component[] | undefined;
}): string {
  const ofEmbeds = embeds.flatMap(({ title, description, fields, footer }) => [
    title,
    description,
    ...(Array.isArray(fields) ? fields.flatMap(({ name, value }) => [name, value]) : []),
    typeof footer === 'object' && footer !== null && 'text' in footer ? footer.text : undefined,
  ]);
  const ofComponents = everyComponent(components).flatMap((one) => [one.content, one.label]);
  return [content, ...ofEmbeds, ...ofComponents].filter(Boolean).join('\n');
}

/** Tells the gateway, unless only one person sees the message: that one's bot is not told either. */
export function announce(world: World, event: string, held: Held): void {
  if (held.onlyFor !== undefined) return;
  const guild = world.guildOf(held.channel);
  world.dispatch(event, {
    ...asJson(world, held),
    ...(guild === undefined ? {} : { guild_id: guild.id }),
  });
}
