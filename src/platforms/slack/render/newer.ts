import type { Block } from './blocks.ts';

/** Kinds of block that Slack does not take in every workspace or place; each has a fallback. */
export const NEWER = ['data_table', 'container', 'plan'] as const;
export type Newer = (typeof NEWER)[number];

/** None of them, for where a refusal cannot be answered with the fallback. */
export const NO_NEWER: ReadonlySet<Newer> = new Set(NEWER);

export function newerOf({ type }: Pick<Block, 'type'>): Newer | undefined {
  return NEWER.find((kind) => kind === type);
}
