import { readable } from './text.ts';

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
/** Markup at the edge of a word; within a word, as in `max_depth`, Slack ignores it. */
const MARKUP = /(?<![\p{L}\p{N}])[*_~]|[*_~](?![\p{L}\p{N}])|`/gu;
const EMOJI = /:(?=[\w+'-]+:)/g;
const QUOTE = /^(?=\s*>)/gm;
/** Slack cannot escape these: they are replaced by similar characters without a meaning. */
const ALIKE: Record<string, string> = { '*': '∗', _: 'ˍ', '~': '∼', '`': 'ˋ' };
const WORD_JOINER = '\u2060';

/**
 * Text for a field that Slack parses (`mrkdwn`, and the `text` of a message): nobody is mentioned and nothing becomes
 * markup. Entities are escaped. Where Slack has no escape, `* _ ~` at the edge of a word and back-ticks become similar
 * characters, and a word joiner (U+2060) breaks `:emoji:` and a leading `>`. Text for copying must therefore be plain
 * text.
 * https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
export function escaped(text: string): string {
  const inert = readable(text)
    .replace(QUOTE, WORD_JOINER)
    .replace(EMOJI, `:${WORD_JOINER}`)
    .replace(MARKUP, (mark) => ALIKE[mark] ?? mark);
  return withEntities(inert);
}

/** The text for `mrkdwn` that shows exactly what was given; undefined if that is not possible. */
export function exactly(text: string): string | undefined {
  const given = readable(text);
  const marked = [/[*~]/, MARKUP, EMOJI, QUOTE].some((pattern) => given.search(pattern) >= 0);
  return marked ? undefined : withEntities(given);
}

function withEntities(text: string): string {
  return text.replace(/[&<>]/g, (character) => ENTITIES[character] ?? character);
}
