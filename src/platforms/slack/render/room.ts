import { type Block, context } from './blocks.ts';
import { ROOM } from './limits.ts';
import { count, weight } from './text.ts';

/** The remaining room of a message: `cost` in characters, as counted by `costOf`. */
export interface Room {
  blocks: number;
  cost: number;
}

/** A block, and the number of items that it shows. */
export interface Chunk {
  block: Block;
  things: number;
}

const NOTE_COST = 400;

export function costOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, block) => sum + weight(JSON.stringify(block)) + ROOM.perBlock, 0);
}

export function without(room: Room, blocks: readonly Block[]): Room {
  return { blocks: room.blocks - blocks.length, cost: room.cost - costOf(blocks) };
}

/** As many of the chunks as fit, and a note on the items left out. */
export function within(chunks: readonly Chunk[], room: Room, thing: string): Block[] {
  const all = chunks.map(({ block }) => block);
  if (all.length <= room.blocks && costOf(all) <= room.cost) return all;
  const taken: Block[] = [];
  let left = chunks.reduce((sum, { things }) => sum + things, 0);
  let cost = NOTE_COST;
  for (const { block, things } of chunks) {
    cost += costOf([block]);
    if (taken.length + 2 > room.blocks || cost > room.cost) break;
    taken.push(block);
    left -= things;
  }
  return [...taken, context(leftOut(left, thing))];
}

/** These adapters cut nothing. */
export function leftOut(n: number, thing: string): string {
  return `… ${count(n, `more ${thing}`)}: the web page and the terminal show all of it.`;
}

/** Size of a view with these blocks, of Slack's 250 kB. */
export function bytesOf(blocks: readonly Block[]): number {
  return Buffer.byteLength(JSON.stringify(blocks));
}
