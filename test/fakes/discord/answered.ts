import { shownInEmbeds, unfurled, withFiles } from './files.ts';
import type { Attachment, Held } from './kept.ts';
import { type Component, everyComponent } from './shapes.ts';
import type { World } from './state.ts';

/** A message as Discord's API returns it. */
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

/** Defaults that Discord fills in, by component type. */
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

/** All text in it: content, embeds, text displays, labels of buttons. */
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
