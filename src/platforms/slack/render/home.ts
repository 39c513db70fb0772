import type { types } from '@slack/bolt';
import type { Card } from '../../../core/card.ts';
import { type Block, context, section } from './blocks.ts';
import { LIMITS } from './limits.ts';
import { plainBlocksOf } from './message.ts';
import { bytesOf, leftOut } from './room.ts';

/** The note and the view's own keys need some. */
const BYTES = LIMITS.view.bytes - 2000;

/** The Home tab: whole cards only, each above the next, and a note on those left out. */
export function toHome(cards: readonly Card[]): types.HomeView {
  if (cards.length === 0) return { type: 'home', blocks: [section('Nothing to show yet.')] };
  const blocks: Block[] = [];
  let bytes = 0;
  for (const [i, card] of cards.entries()) {
    const more: Block[] = [
      ...(i > 0 ? [{ type: 'divider' } as const] : []),
      ...plainBlocksOf(card),
    ];
    bytes += bytesOf(more);
    if (blocks.length + more.length > LIMITS.view.blocks - 1 || bytes > BYTES)
      return { type: 'home', blocks: [...blocks, context(leftOut(cards.length - i, 'card'))] };
    blocks.push(...more);
  }
  return { type: 'home', blocks };
}
