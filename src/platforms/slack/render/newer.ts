import type { Block } from './blocks.ts';

/** Kinds of block that Slack does not accept in every workspace or place; each has a fallback. */
export const NEWER = ['data_table', 'container', 'plan'] as const;
export type Newer = (typeof NEWER)[number];

export function newerOf({ type }: Pick<Block, 'type'>): Newer | undefined {
  return NEWER.find((kind) => kind === type);
}
