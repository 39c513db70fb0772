import type { types } from '@slack/bolt';
import type { Mention } from '../../../core/alerting.ts';
import type { Card, Picture } from '../../../core/card.ts';
import { type Block, context, type RichText, rich, section, written } from './blocks.ts';
import { LIMITS } from './limits.ts';
import type { Chunk } from './room.ts';
import { cut, head, isBlank, moreCharacters, oneLine, plain, weight } from './text.ts';

const BAR = 10;
const WORDS = 300;
const MEANING = 60;
const MOST_REACTIONS = 6;
const FOOTER = 600;
const ALT = 1000;
const CAPTION = 150;

/** `▓▓▓▓░░░░░░ 40%, reading the data`: readable without the bar. */
export function progressBlock(progress: NonNullable<Card['progress']>): Block {
  return section(progressWords(progress));
}

export function progressWords({ share, words }: NonNullable<Card['progress']>): string {
  const whole = Number.isNaN(share) ? 0 : Math.min(1, Math.max(0, share));
  const full = Math.round(whole * BAR);
  const bar = '▓'.repeat(full) + '░'.repeat(BAR - full);
  const how = `${bar} ${Math.floor(whole * 100)}%`;
  const said = cut(oneLine(words).trim(), WORDS, moreCharacters);
  return isBlank(said) ? how : `${how}, ${said}`;
}

/** The picture if Slack has the file; until then its description. */
export function pictureChunks(
  pictures: readonly Picture[],
  files: ReadonlyMap<string, string>,
): Chunk[] {
  return pictures.map((picture) => ({ block: pictureBlock(picture, files), things: 1 }));
}

export function pictureBlock(
  { sha256, alt }: Picture,
  files: ReadonlyMap<string, string>,
): types.ImageBlock | types.ContextBlock {
  const said = isBlank(plain(alt)) ? 'a picture without a description' : oneLine(alt).trim();
  const words = cut(said, ALT, moreCharacters);
  const id = files.get(sha256);
  if (id === undefined) return context(`Picture: ${words}`);
  const image = { type: 'image', slack_file: { id }, alt_text: words } as const;
  // A description that is cut is of little use above the picture.
  if (weight(said) > CAPTION) return image;
  return { ...image, title: { type: 'plain_text', text: said, emoji: false } };
}

/** Each emoji is a separate element, so that the text next to it is not parsed. */
export function reactionsBlock(reactions: NonNullable<Card['reactions']>): Block {
  const shown = reactions.slice(0, MOST_REACTIONS);
  const rest = reactions.length - shown.length;
  return rich([
    written('React with '),
    ...shown.flatMap(({ emoji, meaning }, i) => [
      ...(i > 0 ? [written(', ')] : []),
      emojiOf(emoji),
      written(` to ${cut(oneLine(meaning).trim(), MEANING)}`),
    ]),
    ...(rest > 0 ? [written(`, … ${rest} more`)] : []),
  ]);
}

function emojiOf(name: string): RichText {
  const known = /^[a-z0-9_+'-]{1,100}$/.test(name);
  return known ? { type: 'emoji', name } : written(`:${head(oneLine(name), MEANING)}:`);
}

export function footerBlock(footer: string): Block {
  return context(cut(plain(footer), Math.min(FOOTER, LIMITS.context.text), moreCharacters));
}

/** Notifies accounts and groups of this workspace: elements that Slack fills with the names, and never text. */
export function mentionBlock({ accounts, groups }: Mention): Block | undefined {
  const people = accounts
    .filter(({ platform, user }) => platform === 'slack' && /^[UW][A-Z0-9]+$/.test(user))
    .map(({ user }): RichText => ({ type: 'user', user_id: user }));
  const teams = groups
    .filter(({ platform, group }) => platform === 'slack' && /^S[A-Z0-9]+$/.test(group))
    .map(({ group }): RichText => ({ type: 'usergroup', usergroup_id: group }));
  const called = [...people, ...teams].flatMap((one, i) => (i > 0 ? [written(' '), one] : [one]));
  return called.length > 0 ? rich([written('Calling '), ...called]) : undefined;
}
