import type { types } from '@slack/bolt';
import { LIMITS } from './limits.ts';
import { cut, head, isBlank, moreCharacters, plain } from './text.ts';

export type Block = types.KnownBlock;
export type PlainText = types.PlainTextElement;
export type RichText = types.RichTextElement;

/**
 * Text that Slack does not parse; `emoji: false` leaves `:codes:` unchanged. Slack refuses empty texts: `otherwise`
 * replaces them.
 */
export function plainText(text: string, limit: number, otherwise = '–'): PlainText {
  const shown = [text, otherwise].map(plain).find((one) => !isBlank(one)) ?? '–';
  const note = limit > 200 ? moreCharacters : undefined;
  return { type: 'plain_text', text: cut(shown, limit, note), emoji: false };
}

export function section(text: string): Block {
  return { type: 'section', text: plainText(text, LIMITS.section.text) };
}

/** Small grey text for additional information. */
export function context(text: string): types.ContextBlock {
  return { type: 'context', elements: [plainText(text, LIMITS.context.text)] };
}

/** Lines of rich text, whose elements are typed, so that their text is not parsed. */
export function rich(elements: RichText[]): Block {
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] };
}

export function written(text: string, style?: { bold?: boolean; code?: boolean }): RichText {
  return { type: 'text', text, ...(style && { style }) };
}

/** Monospaced text, for copying. */
export function code(text: string): Block {
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] }],
  };
}

/** Pieces of at most `limit`, split between lines or words if possible. */
export function pieces(text: string, limit: number): string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > 0) {
    let piece = head(rest, limit);
    if (piece.length < rest.length) {
      const line = piece.lastIndexOf('\n');
      const gap = line > piece.length / 2 ? line : piece.lastIndexOf(' ');
      if (gap > piece.length / 2) piece = piece.slice(0, gap + 1);
    }
    parts.push(piece);
    rest = rest.slice(piece.length);
  }
  return parts.filter((part) => !isBlank(part));
}
