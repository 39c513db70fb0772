import {
  type APIComponentInContainer,
  type APIMessageTopLevelComponent,
  ComponentType,
  MessageFlags,
} from 'discord.js';
import type { Action, Card, Picture } from '../../../core/card.ts';
import { planAsText } from '../../../core/card-texts.ts';
import { buttonsFor, rowsOf } from './buttons.ts';
import { isBlank } from './escape.ts';
import { fairShares, within } from './fit.ts';
import { MESSAGE } from './limits.ts';
import { markOf } from './mark.ts';
import {
  described,
  facts,
  heading,
  progress,
  prose,
  reactions,
  small,
  TONES,
  toType,
} from './parts.ts';
import { tableText } from './table.ts';

/** A body for creating or editing a message, by REST or discord.js. */
export interface DiscordMessage {
  flags: MessageFlags;
  components: APIMessageTopLevelComponent[];
  allowed_mentions: { parse: []; users?: string[]; roles?: string[] };
}

export interface CardMessage extends DiscordMessage {
  /** The files to send, in this order: `files[0]` is the first. May be empty. */
  attachments: { id: string; filename: string; description: string }[];
}

interface Options {
  /** The message is found again by `markOf(key)`. */
  key?: string;
  /** The file name of each picture that can be sent, by its hash. */
  pictures?: ReadonlyMap<string, string>;
}

/** A card as a Discord message; docs/decisions/0014 has the reasons. The same card gives the same body. */
export function toMessage(whole: Card, { key, pictures }: Options = {}): CardMessage {
  const card = planAsText(whole);
  const kept = leftToShow(card);
  const { buttons, left } = buttonsFor([...(card.actions ?? []), ...(kept ? [kept.action] : [])]);
  const { shown, hidden } = sort(card.pictures ?? [], pictures);
  const labels = buttons.reduce((sum, { label = '' }) => sum + label.length, 0);
  // It is not documented whether Discord counts the labels of buttons, so they are counted.
  const called = mentioned(card.mention);
  const texts = fill(MESSAGE.text - labels - called.text.length, [
    (room) => heading(card, room),
    (room) => prose(card.text, room),
    (room) => facts(card.facts, room),
    (room) => (kept ? prose(kept.title, room) : card.table ? tableText(card.table, room) : ''),
    (room) => progress(card.progress, room),
    (room) => described(hidden, room),
    (room) => toType(left, room),
    (room) => reactions(card.reactions, room),
    (room) => small(card.footer, room),
  ]);
  const [above, below] = [texts.slice(0, 5), texts.slice(5)];
  const items = shown.map(({ filename, description }) => ({
    media: { url: `attachment://${filename}` },
    description,
  }));
  const components: APIComponentInContainer[] = [
    ...above.slice(0, 1).flatMap(display),
    ...display(called.text),
    ...above.slice(1).flatMap(display),
    ...(items.length > 0 ? [{ type: ComponentType.MediaGallery as const, items }] : []),
    ...below.slice(0, 2).flatMap(display),
    ...rowsOf(buttons),
    ...below.slice(2).flatMap(display),
  ];
  return {
    ...bodyOf(components, TONES[card.tone].colour, key === undefined ? {} : { id: markOf(key) }),
    allowed_mentions: { parse: [], ...called.allowed },
    attachments: shown.map((file, index) => ({ id: String(index), ...file })),
  };
}

/** Discord takes 100 of either kind, but a message has room for other things too. */
const MENTIONS = 40;

/** Notifies the roles and accounts that are listed, and nobody else, whatever the text says. */
function mentioned(mention: Card['mention']) {
  const isId = (id: string) => /^\d{1,20}$/.test(id);
  const roles = (mention?.groups ?? []).flatMap(({ platform, group: id }) =>
    platform === 'discord' && isId(id) ? [{ id, text: `<@&${id}>`, kind: 'roles' as const }] : [],
  );
  const users = (mention?.accounts ?? []).flatMap(({ platform, user: id }) =>
    platform === 'discord' && isId(id) ? [{ id, text: `<@${id}>`, kind: 'users' as const }] : [],
  );
  // A role calls many at once.
  const all = [...roles, ...users];
  const called = all.slice(0, MENTIONS);
  const more = all.length - called.length;
  const idsOf = (kind: 'roles' | 'users') => {
    const ids = called.filter((one) => one.kind === kind).map(({ id }) => id);
    return ids.length > 0 ? { [kind]: ids } : {};
  };
  const names = called.map(({ text }) => text).join(' ');
  return {
    text: all.length > 0 ? `Calling ${names}${more > 0 ? ` and ${more} more` : ''}` : '',
    allowed: { ...idsOf('users'), ...idsOf('roles') },
  };
}

/** A framed message. Ephemeral: only the person sees it, and only as the answer to an interaction. */
export function bodyOf(
  components: APIComponentInContainer[],
  colour: number,
  { id, ephemeral = false }: { id?: number; ephemeral?: boolean } = {},
): DiscordMessage {
  const frame = { type: ComponentType.Container as const, accent_color: colour, components };
  return {
    flags: MessageFlags.IsComponentsV2 | (ephemeral ? MessageFlags.Ephemeral : 0),
    components: [id === undefined ? frame : { id, ...frame }],
    allowed_mentions: { parse: [] },
  };
}

export function display(content: string) {
  return isBlank(content) ? [] : [{ type: ComponentType.TextDisplay as const, content }];
}

/**
 * Discord cannot fold: a table of evidence becomes one line and a button that shows it, so that a request and its
 * buttons fit on the screen of a phone.
 */
function leftToShow({ folded, table }: Card): { title: string; action: Action } | undefined {
  if (!folded?.show || !table || table.rows.length === 0) return undefined;
  return { title: folded.title, action: { label: 'Show the evidence', ...folded.show } };
}

/** Each part gets its share of the room. */
function fill(room: number, parts: readonly ((room: number) => string)[]): string[] {
  const needs = parts.map((part) => part(Number.POSITIVE_INFINITY).length);
  const shares = fairShares(room, needs);
  return parts.map((part, index) => part(shares[index] ?? 0));
}

/** Discord refers to an attachment by its file name, and changes special characters in it. */
function sort(all: readonly Picture[], names: Options['pictures']) {
  const shown: { filename: string; description: string }[] = [];
  const hidden: string[] = [];
  for (const { sha256, alt } of all) {
    const filename = names?.get(sha256);
    const fits = filename !== undefined && /^[\w.-]{1,255}$/.test(filename);
    const again = shown.some((picture) => picture.filename === filename);
    if (!fits || again || shown.length === MESSAGE.pictures) hidden.push(alt);
    else shown.push({ filename, description: description(alt) });
  }
  return { shown, hidden };
}

function description(alt: string): string {
  return isBlank(alt)
    ? 'A picture without a description'
    : within(alt.trim(), MESSAGE.alt, (text) => text);
}
