import { z } from 'zod';

/**
 * The parts of bot requests that the double reads. Whether a request is valid is checked by the judge; unknown fields
 * pass through.
 */
const Media = z.looseObject({ url: z.string() });

const SelectOption = z.looseObject({
  label: z.string(),
  value: z.string(),
  description: z.string().optional(),
});

/** A component of a message or of a modal, by its `type`. */
export const Component = z.looseObject({
  type: z.number(),
  id: z.number().optional(),
  custom_id: z.string().optional(),
  style: z.number().optional(),
  label: z.string().optional(),
  description: z.string().optional(),
  content: z.string().optional(),
  placeholder: z.string().optional(),
  url: z.string().optional(),
  value: z.string().optional(),
  disabled: z.boolean().optional(),
  required: z.boolean().optional(),
  min_values: z.number().optional(),
  max_values: z.number().optional(),
  min_length: z.number().optional(),
  max_length: z.number().optional(),
  options: z.array(SelectOption).optional(),
  media: Media.optional(),
  file: Media.optional(),
  items: z
    .array(z.looseObject({ media: Media, description: z.string().nullable().optional() }))
    .optional(),
  get components(): z.ZodOptional<z.ZodArray<typeof Component>> {
    return z.array(Component).optional();
  },
  get component(): z.ZodOptional<typeof Component> {
    return Component.optional();
  },
  get accessory(): z.ZodOptional<typeof Component> {
    return Component.optional();
  },
});
export type Component = z.infer<typeof Component>;

const Embed = z.looseObject({
  title: z.string().optional(),
  description: z.string().optional(),
  url: z.string().optional(),
  color: z.number().optional(),
  fields: z
    .array(z.looseObject({ name: z.string(), value: z.string(), inline: z.boolean().optional() }))
    .optional(),
  author: z.looseObject({ name: z.string().default('') }).optional(),
  footer: z.looseObject({ text: z.string().default('') }).optional(),
  image: z.looseObject({ url: z.string().optional() }).optional(),
  thumbnail: z.looseObject({ url: z.string().optional() }).optional(),
});
export type Embed = z.infer<typeof Embed>;

const AttachmentBody = z.looseObject({
  id: z.string(),
  filename: z.string().optional(),
  description: z.string().optional(),
});

/** The body of a sent or edited message; null means empty or absent, as in Discord. */
export const MessageBody = z.preprocess(
  emptied,
  z.looseObject({
    content: z.string().optional(),
    embeds: z.array(Embed).optional(),
    components: z.array(Component).optional(),
    attachments: z.array(AttachmentBody).optional(),
    flags: z.number().optional(),
    tts: z.boolean().optional(),
    nonce: z.union([z.string(), z.number()]).optional(),
    enforce_nonce: z.boolean().optional(),
    allowed_mentions: z
      .looseObject({ parse: z.array(z.string()).optional(), users: z.array(z.string()).optional() })
      .optional(),
    message_reference: z.looseObject({ message_id: z.string().optional() }).optional(),
  }),
);
export type MessageBody = z.infer<typeof MessageBody>;

const ChoiceBody = z.looseObject({ name: z.string(), value: z.union([z.string(), z.number()]) });
export type Choice = z.infer<typeof ChoiceBody>;

export const CommandOption = z.looseObject({
  type: z.number(),
  name: z.string(),
  description: z.string().default(''),
  required: z.boolean().optional(),
  autocomplete: z.boolean().optional(),
  choices: z.array(ChoiceBody).optional(),
  min_value: z.number().optional(),
  max_value: z.number().optional(),
  min_length: z.number().optional(),
  max_length: z.number().optional(),
  get options(): z.ZodOptional<z.ZodArray<typeof CommandOption>> {
    return z.array(CommandOption).optional();
  },
});
export type CommandOption = z.infer<typeof CommandOption>;

export const CommandBody = z.looseObject({
  name: z.string(),
  type: z.number().default(1),
  description: z.string().default(''),
  options: z.array(CommandOption).default([]),
  default_member_permissions: z.unknown().optional(),
  contexts: z.array(z.number()).optional(),
  integration_types: z.array(z.number()).optional(),
  nsfw: z.boolean().optional(),
});
export type CommandBody = z.infer<typeof CommandBody>;

export const ModalBody = z.object({
  custom_id: z.string(),
  title: z.string(),
  components: z.array(Component),
});
export type ModalBody = z.infer<typeof ModalBody>;

export const CallbackBody = z.object({ type: z.number(), data: z.unknown().optional() });
export const ChoicesBody = z.object({ choices: z.array(ChoiceBody).default([]) });

const EMPTY: Readonly<Record<string, unknown>> = {
  content: '',
  embeds: [],
  components: [],
  attachments: [],
};

function emptied(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body;
  return withoutNulls(
    Object.fromEntries(Object.entries(body).map(([key, value]) => [key, value ?? EMPTY[key]])),
  );
}

/** Removes every null or undefined field, at any depth. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, inner]) => inner !== null && inner !== undefined);
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutNulls(inner)]));
}

/** The component itself and all nested ones, in reading order. */
export function everyComponent(components: readonly Component[]): Component[] {
  return components.flatMap((one) => [
    one,
    ...everyComponent([
      ...(one.components ?? []),
      ...(one.accessory ? [one.accessory] : []),
      ...(one.component ? [one.component] : []),
    ]),
  ]);
}
