import { webApi } from '@slack/bolt';
import type { Block } from './render/blocks.ts';
import { type Newer, newerOf } from './render/newer.ts';

/** Codes with which Slack refuses the blocks of a message; nothing was posted then. */
export const REFUSED: readonly string[] = [
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'invalid_arguments',
];

/** An error response from Slack. */
export interface Refusal {
  code: string;
  /** The reasons, e.g. `[ERROR] unsupported type: plan [json-pointer:/blocks/1/type]`. */
  messages: readonly string[];
}

/** Undefined if it is not a response from Slack. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof webApi.WebAPIPlatformError)) return undefined;
  const { error: code, response_metadata: about } = error.data;
  return { code, messages: about?.messages ?? [] };
}

const POINTER = /\[json-pointer:\/blocks\/(\d+)(?:\/child_blocks\/(\d+))?/;

/** The newer kinds of block that the reasons point at. */
export function namedIn({ code, messages }: Refusal, blocks: readonly Block[]): Newer[] {
  if (code === 'msg_blocks_too_long') return [];
  const kinds = messages.flatMap((message) => {
    const [, at, child] = POINTER.exec(message) ?? [];
    const block = at === undefined ? undefined : blocks[Number(at)];
    if (block?.type === 'container' && child !== undefined)
      if (block.child_blocks[Number(child)]?.type === 'image')
        // A picture that Slack has not processed yet is no reason to avoid the block around it.
        return [];
    return (block && newerOf(block)) ?? [];
  });
  return [...new Set(kinds)];
}
