import { createHash } from 'node:crypto';

interface Marked {
  readonly components?: readonly { readonly id?: number | undefined }[] | null | undefined;
}

/**
 * The number by which the message of `key` is found again after a crash: the `id` of its outermost
 * component, which Discord keeps and shows to nobody.
 * https://docs.discord.com/developers/components/reference#anatomy-of-a-component
 * @returns from 2^30 to 2^31 - 1, so that it is never one of those that Discord counts up itself
 */
export function markOf(key: string): number {
  const hash = createHash('sha256').update(key).digest().readUInt32BE(0);
  return 2 ** 30 + (hash % 2 ** 30);
}

/** Two keys share a mark once in 2^30: ask it of our own messages in one channel only. */
export function carriesMark(message: Marked, mark: number): boolean {
  return message.components?.some(({ id }) => id === mark) ?? false;
}
