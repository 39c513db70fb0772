import { createHash } from 'node:crypto';
import type { Card, Table } from '../../../core/card.ts';
import { planAsText } from '../../../core/card-texts.ts';
import { actionBlocks } from './actions.ts';
import {
  footerBlock,
  mentionBlock,
  pictureChunks,
  progressBlock,
  reactionsBlock,
} from './below.ts';
import { type Block, pieces, section } from './blocks.ts';
import { dataTable } from './data-table.ts';
import { factChunks } from './facts.ts';
import { fallbackOf } from './fallback.ts';
import { foldedBlock } from './folded.ts';
import { heading, titleOf } from './heading.ts';
import { LIMITS, ROOM } from './limits.ts';
import type { Newer } from './newer.ts';
import { planBlock, progressPlan } from './plan.ts';
import { costOf, leftOut, type Room, within, without } from './room.ts';
import { tableChunks } from './table.ts';
import { cut, isBlank, plain } from './text.ts';

export interface MessageOptions {
  /** Identifies the message, so that it can be found again. */
  key?: string;
  /** Slack's ids of the files that hold the pictures, by their sha256. */
  pictures?: ReadonlyMap<string, string>;
  /** Kinds of block that Slack does not accept there. */
  avoid?: ReadonlySet<Newer>;
}

interface Given {
  files: ReadonlyMap<string, string>;
  avoid: ReadonlySet<Newer>;
}

export interface Message {
  /** Shown where blocks are not supported: escaped, never empty. */
  text: string;
  /** One at least. */
  blocks: Block[];
}

/** The `block_id` of the first block of the message that was posted under `key`. */
export function blockIdOf(key: string): string {
  return `key:${createHash('sha256').update(key).digest('hex').slice(0, 32)}`;
}

/** A card within Slack's limits: the body is cut before the title, the buttons and the footer. */
export function toMessage(card: Card, { key, pictures, avoid }: MessageOptions = {}): Message {
  const [first, ...rest] = blocksOf(card, {
    files: pictures ?? new Map(),
    avoid: avoid ?? new Set(),
  });
  const marked = first && key !== undefined ? { ...first, block_id: blockIdOf(key) } : first;
  return { text: fallbackOf(card), blocks: marked ? [marked, ...rest] : rest };
}

/** For the Home tab, without pictures. */
export function homeBlocksOf(card: Card, avoid: ReadonlySet<Newer>): Block[] {
  return blocksOf(card, { files: new Map(), avoid });
}

function blocksOf(whatever: Card, given: Given): Block[] {
  const card = given.avoid.has('plan') ? planAsText(whatever) : whatever;
  const whole = { blocks: LIMITS.message.blocks, cost: ROOM.cost };
  // A single line needs no header.
  if (isLine(card)) return textBlocks(titleOf(card), { ...whole, cost: whole.cost - KEY });
  const { header, rest } = heading(card);
  const called = card.mention && mentionBlock(card.mention);
  const plan = card.plan ? [planBlock(card.plan)] : [];
  const top = [header, ...(called ? [called] : []), ...progressBlocks(card, given), ...plan];
  const bottom = [
    ...actionBlocks(card.actions ?? []),
    ...(card.reactions?.length ? [reactionsBlock(card.reactions)] : []),
    ...(isShown(card.footer) ? [footerBlock(card.footer)] : []),
  ];
  const room = without({ ...whole, cost: whole.cost - KEY }, [...top, ...bottom]);
  return [...top, ...body(card, rest, given, room), ...bottom];
}

/** `block_id` of the first block. */
const KEY = 60;
/** Each part gets what it needs, but at most this share of the remaining room if others follow. */
const SHARE = 0.6;

function body(card: Card, rest: string, given: Given, whole: Room): Block[] {
  const text = [rest, plain(card.text ?? '').trim()].filter((part) => part !== '').join('\n\n');
  const { facts = [], table, pictures = [] } = card;
  const parts: ((room: Room) => Block[])[] = [];
  if (!isBlank(text)) parts.push((room) => textBlocks(text, room));
  if (facts.length > 0) parts.push((room) => within(factChunks(facts), room, 'fact'));
  const fold = given.avoid.has('container') ? undefined : foldedBlock(card, given.files);
  const isFolded = fold && costOf([fold]) <= whole.cost * SHARE;
  if (!isFolded && table && table.rows.length > 0)
    parts.push((room) => tableBlocks(table, card.title, given, room));
  if (!isFolded && pictures.length > 0)
    parts.push((room) => within(pictureChunks(pictures, given.files), room, 'picture'));

  const last = isFolded ? [fold] : [];
  const blocks: Block[] = [];
  let room = without(whole, last);
  for (const [i, part] of parts.entries()) {
    const made = part(i === parts.length - 1 ? room : shareOf(room));
    blocks.push(...made);
    room = without(room, made);
  }
  return [...blocks, ...last];
}

/** As steps, or as a bar if Slack does not accept a plan. */
function progressBlocks({ progress, steps = [] }: Card, { avoid }: Given): Block[] {
  if (!progress) return [];
  const stepwise = steps.length > 0 && !avoid.has('plan');
  return [stepwise ? progressPlan(progress, steps) : progressBlock(progress)];
}

function tableBlocks(table: Table, title: string, { avoid }: Given, room: Room): Block[] {
  const sortable = avoid.has('data_table') ? undefined : dataTable(table, title);
  if (sortable && room.blocks > 0 && costOf([sortable]) <= room.cost) return [sortable];
  return within(tableChunks(table), room, 'row');
}

function shareOf({ blocks, cost }: Room): Room {
  return { blocks: Math.floor(blocks * SHARE), cost: Math.floor(cost * SHARE) };
}

function textBlocks(text: string, room: Room): Block[] {
  for (let limit = room.cost; limit > 0; limit = Math.floor(limit * 0.9)) {
    const shown = cut(text, limit, (missing) => `\n${leftOut(missing, 'character')}`);
    const blocks = pieces(shown, LIMITS.section.text).map(section);
    if (costOf(blocks) <= room.cost && blocks.length <= room.blocks) return blocks;
  }
  return [];
}

function isLine(card: Card) {
  const { text, facts, table, pictures, progress, plan, actions, reactions, footer, mention } =
    card;
  const lists = [facts, table?.rows, pictures, actions, reactions];
  const empty = lists.every((list) => !list || list.length === 0);
  return empty && !progress && !plan && !mention && !isShown(text) && !isShown(footer);
}

function isShown(text: string | undefined): text is string {
  return text !== undefined && !isBlank(plain(text));
}
