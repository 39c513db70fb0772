import { z } from 'zod';

/**
 * Slack's rules for messages, written from its reference pages and independent of src/:
 * https://docs.slack.dev/reference/block-kit All in one file, however long, so that they can be compared with those
 * pages line by line.
 */

/** Slack stores `&`, `<` and `>` as entities, and may count them so. */
const stored = (text: string) =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

function text(most: number) {
  return (
    z
      .string()
      .min(1)
      .max(most)
      .refine((given) => stored(given).length <= most, 'too long once it is stored')
      .refine((given) => given.trim() !== '', 'blank')
      .refine((given) => !/<[!@#]/.test(given), 'looks like a mention')
      .refine((given) => !/\p{Cs}/u.test(given), 'half a character')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what it looks for
      .refine((given) => !/[\u0000-\u0009\u000b-\u001f\u007f]/.test(given), 'control character')
  );
}

const id = z.string().min(1).max(255);
const plain = (most: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: text(most), emoji: z.literal(false) });
const mrkdwn = (most: number) =>
  z.strictObject({
    type: z.literal('mrkdwn'),
    text: z
      .string()
      .min(1)
      .max(most)
      .regex(/^[^<>]*$/)
      .regex(/^([^&]|&(amp|lt|gt);)*$/)
      // Everything bold is a label, and there is no other markup.
      .regex(/^\*[^*~`\n]+\*\n[^*~`]+$/)
      .refine((given) => !/:[a-z0-9_+'-]+:/i.test(given), 'an emoji code'),
    verbatim: z.literal(true),
  });
const anyText = (most: number) => z.union([plain(most), mrkdwn(most)]);
const style = z.enum(['primary', 'danger']);

const confirm = z.strictObject({
  title: plain(100),
  text: plain(300),
  confirm: plain(30),
  deny: plain(30),
  style: style.optional(),
});
const button = z.strictObject({
  type: z.literal('button'),
  action_id: id,
  text: plain(75),
  value: z
    .string()
    .max(2000)
    .regex(/^[^<>&]*$/),
  style: style.optional(),
  confirm: confirm.optional(),
});
const distinct = <T>(of: (item: T) => unknown) =>
  [(items: T[]) => new Set(items.map(of)).size === items.length, 'not distinct'] as const;

const richText = z.union([
  z.strictObject({
    type: z.literal('text'),
    // Undocumented: no longer than any other text.
    text: z
      .string()
      .min(1)
      .max(3000)
      .refine((given) => !/<[!@#]|\p{Cs}/u.test(given), 'a mention or half a character'),
    style: z
      .strictObject({ bold: z.boolean().optional(), code: z.boolean().optional() })
      .optional(),
  }),
  z.strictObject({ type: z.literal('emoji'), name: z.string().regex(/^[a-z0-9_+'-]+$/) }),
]);

const block_id = id.optional();
const header = z.strictObject({ type: z.literal('header'), block_id, text: plain(150) });
const section = z.union([
  z.strictObject({ type: z.literal('section'), block_id, text: plain(3000) }),
  z.strictObject({
    type: z.literal('section'),
    block_id,
    fields: z.array(anyText(2000)).min(1).max(10),
  }),
]);
const context = z.strictObject({
  type: z.literal('context'),
  block_id,
  elements: z.array(plain(3000)).min(1).max(10),
});
const actions = z.strictObject({
  type: z.literal('actions'),
  block_id,
  elements: z
    .array(button)
    .min(1)
    .max(25)
    .refine(...distinct<{ action_id: string }>(({ action_id }) => action_id)),
});
const image = z.strictObject({
  type: z.literal('image'),
  block_id,
  alt_text: text(2000),
  title: plain(2000).optional(),
  slack_file: z.strictObject({ id: z.string().min(1) }),
});
const rich = z.strictObject({
  type: z.literal('rich_text'),
  block_id,
  elements: z
    .array(
      z.strictObject({
        type: z.enum(['rich_text_section', 'rich_text_preformatted']),
        elements: z.array(richText).min(1),
      }),
    )
    .min(1),
});
const divider = z.strictObject({ type: z.literal('divider'), block_id });
const shown = z.union([header, section, context, actions, image, rich, divider]);

const cell = z.union([
  z.strictObject({ type: z.literal('raw_text'), text: text(3000) }),
  z.strictObject({ type: z.literal('raw_number'), value: z.number(), text: text(3000) }),
]);
const oneWidth = (rows: unknown[][]) => new Set(rows.map((row) => row.length)).size === 1;
const dataTable = z.strictObject({
  type: z.literal('data_table'),
  block_id,
  caption: text(3000),
  page_size: z.int().min(1).max(100).optional(),
  row_header_column_index: z.int().min(0).max(19).optional(),
  rows: z
    .array(z.array(cell).min(1).max(20))
    .min(2)
    .max(101)
    .refine(oneWidth, 'rows of different lengths'),
});
const table = z.strictObject({
  type: z.literal('table'),
  block_id,
  column_settings: z.array(z.strictObject({ is_wrapped: z.boolean() })).max(20),
  rows: z.array(z.array(cell).min(1).max(20)).min(1).max(100),
});
const container = z.strictObject({
  type: z.literal('container'),
  block_id,
  title: plain(150),
  is_collapsible: z.literal(true),
  default_collapsed: z.boolean(),
  // `rich_text` is on Slack's page, but its validator refuses it here.
  child_blocks: z
    .array(z.union([section, context, actions, image, divider, header, table]))
    .min(1)
    .max(10),
});
const plan = z.strictObject({
  type: z.literal('plan'),
  block_id,
  title: text(3000),
  tasks: z
    .array(
      z.strictObject({
        type: z.literal('task_card'),
        task_id: id,
        title: text(3000),
        status: z.enum(['pending', 'in_progress', 'complete', 'error']),
      }),
    )
    .min(1)
    .refine(...distinct<{ task_id: string }>(({ task_id }) => task_id)),
});
const inMessage = z.union([shown, dataTable, container, plan]);

/** Over the cells of all tables of a message. */
const tablesFit = (blocks: unknown[]) => stored(cellsOf(blocks)).length <= 10_000;

function cellsOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const { type, text: said } = { type: undefined, text: undefined, ...value };
  if ((type === 'raw_text' || type === 'raw_number') && typeof said === 'string') return said;
  return Object.values(value).map(cellsOf).join('');
}

const option = z.strictObject({
  text: plain(75),
  value: z.string().min(1).max(150),
  description: plain(75).optional(),
});
const placeholder = plain(150);
const amount = z.string().regex(/^-?\d+(\.\d+)?$/);
const action_id = id;
const element = z.union([
  z
    .strictObject({
      type: z.literal('plain_text_input'),
      action_id,
      max_length: z.int().min(1).max(3000),
      initial_value: z.string().min(1).optional(),
      multiline: z.boolean().optional(),
    })
    .refine(({ initial_value = '', max_length }) => initial_value.length <= max_length),
  z
    .strictObject({
      type: z.literal('number_input'),
      action_id,
      is_decimal_allowed: z.boolean(),
      min_value: amount.optional(),
      max_value: amount.optional(),
      initial_value: amount.optional(),
    })
    .refine(({ initial_value, min_value, max_value, is_decimal_allowed }) => {
      if (initial_value === undefined) return true;
      const value = Number(initial_value);
      return (
        value >= Number(min_value ?? -Infinity) &&
        value <= Number(max_value ?? Infinity) &&
        (is_decimal_allowed || Number.isInteger(value))
      );
    }, 'begins outside its bounds'),
  z.strictObject({
    type: z.literal('datepicker'),
    action_id,
    initial_date: z.iso.date().optional(),
  }),
  z
    .strictObject({
      type: z.literal('static_select'),
      action_id,
      placeholder,
      options: z
        .array(option)
        .min(1)
        .max(100)
        .refine(...distinct<{ value: string }>(({ value }) => value)),
      initial_option: option.optional(),
    })
    .refine(
      ({ options, initial_option: first }) =>
        first === undefined || options.some((one) => JSON.stringify(one) === JSON.stringify(first)),
      'begins with what cannot be chosen',
    ),
]);
const input = z.strictObject({
  type: z.literal('input'),
  block_id: id,
  label: plain(2000),
  hint: plain(2000).optional(),
  optional: z.boolean(),
  dispatch_action: z.literal(true).optional(),
  element,
});

const ids = distinct<{ block_id?: string | undefined }>((block) => block.block_id ?? block);

/** Where exactly `msg_blocks_too_long` begins is undocumented: about 13,000; 125 are counted per block. */
const notTooLong = (blocks: unknown[]) =>
  blocks.reduce<number>((sum, block) => sum + 125 + stored(lettersOf(block)).length, 0) <= 13_000;

function lettersOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  return Object.values(value).map(lettersOf).join('');
}

const message = z.strictObject({
  text: z
    .string()
    .min(1)
    .max(4000)
    .regex(/^[^<>]*$/)
    .regex(/^([^&]|&(amp|lt|gt);)*$/)
    .refine((given) => given.trim() !== '', 'blank'),
  blocks: z
    .array(inMessage)
    .min(1)
    .max(50)
    .refine(...ids)
    .refine(tablesFit, 'too much in the tables')
    .refine(notTooLong, 'msg_blocks_too_long'),
});

const home = z
  .strictObject({
    type: z.literal('home'),
    blocks: z
      .array(z.union([shown, dataTable]))
      .min(1)
      .max(100)
      .refine(...ids)
      .refine(tablesFit, 'too much in the tables'),
  })
  .refine((view) => Buffer.byteLength(JSON.stringify(view)) <= 250_000, 'view_too_large');

const modal = z
  .strictObject({
    type: z.literal('modal'),
    callback_id: id,
    private_metadata: z.string().max(3000),
    title: plain(24),
    submit: plain(24),
    close: plain(24),
    blocks: z
      .array(z.union([shown, input]))
      .min(1)
      .max(100)
      .refine(...ids),
  })
  .refine((view) => Buffer.byteLength(JSON.stringify(view)) <= 250_000, 'view_too_large');

export const RULES = { message, home, modal };

/** What Slack would refuse in it, as sentences; empty if nothing. */
export function faultsOf(rules: z.ZodType, sent: unknown): string {
  const { error } = rules.safeParse(sent);
  return error ? `${z.prettifyError(error)}\n${JSON.stringify(error.issues).slice(0, 1500)}` : '';
}
