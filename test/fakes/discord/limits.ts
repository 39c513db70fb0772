import { type Excess, excess, tooLong, tooMany, within } from './excess.ts';
import {
  type Component,
  type Embed,
  everyComponent,
  type MessageBody,
  type ModalBody,
} from './shapes.ts';

/**
 * What Discord's document leaves out, or has in prose only. Numbers from
 * https://docs.discord.com/developers/resources/message (messages and embeds),
 * https://docs.discord.com/developers/components/reference (components and modals).
 */
export const FLAG = {
  ephemeral: 1 << 6,
  hasThread: 1 << 5,
  loading: 1 << 7,
  componentsV2: 1 << 15,
} as const;

export const TYPE = {
  row: 1,
  button: 2,
  select: 3,
  radioGroup: 21,
  textInput: 4,
  textDisplay: 10,
  container: 17,
  label: 18,
} as const;

const MIB = 1024 * 1024;
/** What every server has, boosted or not. */
export const FILE_LIMIT = 10 * MIB;

const LINK = 5;

/** The resulting message, with the sizes of its files in bytes. */
export interface Standing {
  content: string;
  embeds: readonly Embed[];
  components: readonly Component[];
  flags: number;
  files: readonly { filename: string; size: number; description?: string | undefined }[];
}

export function excessesOfMessage(message: Standing): Excess[] {
  const { content, embeds, components, flags, files } = message;
  const v2 = (flags & FLAG.componentsV2) !== 0;
  return [
    ...tooLong('content', content, 2000),
    ...tooMany('embeds', embeds, 10),
    ...embeds.flatMap((embed, index) => ofEmbed(`embeds.${index}`, embed)),
    ...(embeds.reduce((sum, embed) => sum + lengthOf(embed), 0) > 6000
      ? [
          excess(
            'embeds',
            'MAX_EMBED_SIZE_EXCEEDED',
            'Embed size exceeds maximum size of 6000 characters',
          ),
        ]
      : []),
    ...tooMany('attachments', files, 10),
    ...files.flatMap(({ filename, size, description = '' }, index) => [
      ...tooLong(`attachments.${index}.description`, description, 1024),
      ...(size > FILE_LIMIT
        ? [excess(`attachments.${index}`, 'TOO_LARGE', `${filename} is larger than 10 MiB`)]
        : []),
    ]),
    ...(v2 ? ofNewLayout(message) : ofOldLayout(components)),
    ...ofComponents(components, 'components'),
  ];
}

function ofOldLayout(components: readonly Component[]): Excess[] {
  return [
    ...tooMany('components', components, 5),
    ...components
      .map((component, index) => ({ component, index }))
      .filter(({ component }) => component.type !== TYPE.row)
      .map(({ component, index }) =>
        excess(
          `components.${index}.type`,
          'UNION_TYPE_CHOICES',
          `a component of type ${component.type} needs the flag IS_COMPONENTS_V2`,
        ),
      ),
  ];
}

function ofNewLayout({ content, embeds, components }: Standing): Excess[] {
  const all = everyComponent(components);
  const letters = all.reduce((sum, { content: text = '' }) => sum + text.length, 0);
  const legacy = (path: string) =>
    excess(
      path,
      'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
      `The '${path}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`,
    );
  return [
    ...(content === '' ? [] : [legacy('content')]),
    ...(embeds.length === 0 ? [] : [legacy('embeds')]),
    ...tooMany('components', all, 40),
    ...(letters > 4000
      ? [
          excess(
            'components',
            'COMPONENT_MAX_TOTAL_CHARACTERS_EXCEEDED',
            `The text of all components has ${letters} characters, 4000 are admitted`,
          ),
        ]
      : []),
  ];
}

function ofEmbed(path: string, embed: Embed): Excess[] {
  return [
    ...tooLong(`${path}.title`, embed.title, 256),
    ...tooLong(`${path}.description`, embed.description, 4096),
    ...tooMany(`${path}.fields`, embed.fields ?? [], 25),
    ...(embed.fields ?? []).flatMap(({ name, value }, index) => [
      ...within(`${path}.fields.${index}.name`, name, 1, 256),
      ...within(`${path}.fields.${index}.value`, value, 1, 1024),
    ]),
    ...tooLong(`${path}.footer.text`, embed.footer?.text, 2048),
    ...tooLong(`${path}.author.name`, embed.author?.name, 256),
  ];
}

function lengthOf({ title = '', description = '', fields = [], footer, author }: Embed): number {
  const texts = fields.flatMap(({ name, value }) => [name, value]);
  return [title, description, footer?.text ?? '', author?.name ?? '', ...texts].join('').length;
}

/** The limits of a component in a message or a modal. */
function ofComponents(components: readonly Component[], path: string): Excess[] {
  const all = everyComponent(components);
  const ids = all.flatMap(({ custom_id }) => (custom_id === undefined ? [] : [custom_id]));
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  return [
    ...twice.map((id) =>
      excess(path, 'COMPONENT_CUSTOM_ID_DUPLICATED', `custom_id ${id} stands twice`),
    ),
    ...ids.flatMap((id) => within(`${path}.custom_id`, id, 1, 100)),
    ...all.flatMap((one) => ofComponent(one, path)),
  ];
}

function ofComponent(one: Component, path: string): Excess[] {
  if (one.type === TYPE.row) return ofRow(one, path);
  if (one.type === TYPE.button)
    return [
      ...tooLong(`${path}.label`, one.label, 80),
      ...((one.custom_id === undefined) === (one.style === LINK) && one.style !== 6
        ? []
        : [excess(path, 'BUTTON_COMPONENT_CUSTOM_ID_REQUIRED', 'a custom id is required')]),
      ...(one.label === undefined && one['emoji'] === undefined
        ? [excess(path, 'BUTTON_COMPONENT_LABEL_REQUIRED', 'a button needs a label or an emoji')]
        : []),
    ];
  if (one.type === TYPE.textDisplay) return within(`${path}.content`, one.content ?? '', 1, 4000);
  if (one.type === TYPE.label) return within(`${path}.label`, one.label ?? '', 1, 45);
  if (one.type === TYPE.textInput)
    return [
      ...tooLong(`${path}.value`, one.value, 4000),
      ...tooLong(`${path}.placeholder`, one.placeholder, 100),
    ];
  if (one.options === undefined) return [];
  const options = `${path}.options`;
  const values = one.options.map(({ value }) => value);
  return [
    ...(one.type === TYPE.radioGroup
      ? within(options, one.options, 2, 10)
      : within(options, one.options, 1, 25)),
    ...tooLong(`${path}.placeholder`, one.placeholder, 150),
    ...(new Set(values).size === values.length
      ? []
      : [excess(options, 'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED', 'a value stands twice')]),
    ...one.options.flatMap(({ label, value, description }) => [
      ...within(`${options}.label`, label, 1, 100),
      ...within(`${options}.value`, value, 1, 100),
      ...tooLong(`${options}.description`, description, 100),
    ]),
  ];
}

function ofRow({ components: inner = [] }: Component, path: string): Excess[] {
  const buttons = inner.filter(({ type }) => type === TYPE.button).length;
  const others = inner.length - buttons;
  if (inner.length > 0 && buttons <= 5 && (others === 0 || (others === 1 && buttons === 0)))
    return [];
  return [
    excess(
      `${path}.components`,
      'COMPONENT_LAYOUT_WIDTH_EXCEEDED',
      'a row holds one to five buttons, or one select',
    ),
  ];
}

export function excessesOfModal({ custom_id, title, components }: ModalBody): Excess[] {
  return [
    ...within('data.custom_id', custom_id, 1, 100),
    ...within('data.title', title, 1, 45),
    ...within('data.components', components, 1, 5),
    ...ofComponents(components, 'data.components'),
  ];
}

/**
 * Whether the text could mention somebody although `allowed_mentions` is missing: its text may come from anyone, so
 * every message must forbid mentions. Embeds never mention.
 */
export function couldMention({ content = '', components = [], allowed_mentions }: MessageBody) {
  const texts = [content, ...everyComponent(components).map(({ content: text }) => text ?? '')];
  const calls = texts.some((text) => /@everyone|@here|<@[!&]?\d+>/.test(text));
  return calls && allowed_mentions?.parse?.length !== 0;
}
