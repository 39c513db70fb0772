import type { types } from '@slack/bolt';
import type { Card } from '../../../core/card.ts';
import { type Block, context, section } from './blocks.ts';
import { LIMITS } from './limits.ts';
import { homeBlocksOf } from './message.ts';
import { NEWER, type Newer } from './newer.ts';
import { bytesOf, leftOut } from './room.ts';
import { weight } from './text.ts';

/** Leaves room for the note and the view's own keys. */
const BYTES = LIMITS.view.bytes - 2000;

/** The Home tab uses sortable tables, and none of the other newer kinds of block. */
const PLAIN: ReadonlySet<Newer> = new Set(NEWER);
const SORTABLE: ReadonlySet<Newer> = new Set(NEWER.filter((kind) => kind !== 'data_table'));

/**
 * The Home tab: whole cards only, each above the next, and a note on those left out. `sortable`: whether Slack
 * accepts sortable tables there. All tables together have the room of one.
 */
export function toHome(cards: readonly Card[], sortable = true): types.HomeView {
  if (cards.length === 0) return { type: 'home', blocks: [section('Nothing to show yet.')] };
  const blocks: Block[] = [];
  let [bytes, letters] = [0, 0];
  for (const [i, card] of cards.entries()) {
    const sorted = homeBlocksOf(card, sortable ? SORTABLE : PLAIN);
    const isRoom = letters + lettersIn(sorted) <= LIMITS.table.letters;
    const own = isRoom ? sorted : homeBlocksOf(card, PLAIN);
    const more: Block[] = [...(i > 0 ? [{ type: 'divider' } as const] : []), ...own];
    bytes += bytesOf(more);
    if (blocks.length + more.length > LIMITS.view.blocks - 1 || bytes > BYTES)
      return { type: 'home', blocks: [...blocks, context(leftOut(cards.length - i, 'card'))] };
    letters += lettersIn(own);
    blocks.push(...more);
  }
  return { type: 'home', blocks };
}

function lettersIn(blocks: readonly Block[]): number {
  let sum = 0;
  for (const block of blocks)
    if (block.type === 'data_table')
      for (const cell of block.rows.flat()) sum += 'text' in cell ? weight(cell.text) : 0;
  return sum;
}
