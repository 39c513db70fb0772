import type { Invocation, Reaction } from '../core/platform.ts';
import type { Subject } from '../core/reply.ts';

/** Which emoji casts which vote. Names and characters, without skin tones. */
export interface VotingEmoji {
  approve: readonly string[];
  reject: readonly string[];
}

const SKIN_TONES = /[\u{1F3FB}-\u{1F3FF}]|::skin-tone-\d|\uFE0F/gu;

/**
 * A reaction on an approval is the same command as its buttons, so that rights and rules are checked in one
 * place. Undefined if it has no meaning.
 */
export function asVote(
  reaction: Reaction,
  subject: Subject | undefined,
  emoji: VotingEmoji,
): Invocation | undefined {
  if (!subject?.startsWith('approval:')) return undefined;
  const verdict = verdictOf(reaction.emoji, emoji);
  if (!verdict) return undefined;
  const approval = subject.slice('approval:'.length);
  const { id, by, from } = reaction;
  const event = { id, by, from, byReaction: true } as const;
  return reaction.on
    ? { ...event, command: verdict, input: [approval] }
    : { ...event, command: 'withdraw', input: [approval, '--verdict', verdict] };
}

/** The vote of an emoji, if any; all skin tones are equal. */
export function verdictOf(
  emoji: string,
  { approve, reject }: VotingEmoji,
): 'approve' | 'reject' | undefined {
  const plain = emoji.replaceAll(SKIN_TONES, '');
  const folded = (names: readonly string[]) =>
    names.some((name) => plain === name.replaceAll(SKIN_TONES, ''));
  return folded(approve) ? 'approve' : folded(reject) ? 'reject' : undefined;
}
