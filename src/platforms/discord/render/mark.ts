import { createHash } from 'node:crypto';

interface Marked {
  readonly components?: readonly { readonly id?: number | undefined }[] | null | undefined;
}

/**
 * The number that identifies the message of `key` after a crash: the `id` of its outermost component, which Discord
 * stores and does not show.
 * https://docs.discord.com/developers/components/reference#anatomy-of-a-component
 * @returns from 2^30 to 2^31 - 1, so that it never equals an ID that Discord assigns
 */
export function markOf(key: string): number {
  const hash = createHash('sha256').update(key).digest().readUInt32BE(0);
  return 2 ** 30 + (hash % 2 ** 30);
}

/** Two keys share a mark once in 2^30, so only our own messages in one channel are compared. */
export function carriesMark(message: Marked, mark: number): boolean {
  return message.components?.some(({ id }) => id === mark) ?? false;
}
