import type { Invocation, Reaction } from '../platform.ts';
import type { Subject } from '../reply.ts';

/** Which emoji votes what. Names and characters, skin tones left out. */
export interface VotingEmoji {
  approve: readonly string[];
  reject: readonly string[];
}

const SKIN_TONES = /[\u{1F3FB}-\u{1F3FF}]|::skin-tone-\d|\uFE0F/gu;

/**
 * A reaction on an approval is the command that the buttons carry, so that rights and rules are
 * checked in one place. Undefined where it means nothing.
 */
export function asVote(
  reaction: Reaction,
  subject: Subject | undefined,
  emoji: VotingEmoji,
): Invocation | undefined {
  if (!subject?.startsWith('approval:')) return undefined;
  const plain = reaction.emoji.replaceAll(SKIN_TONES, '');
  const verdict = emoji.approve.includes(plain)
    ? 'approve'
    : emoji.reject.includes(plain)
      ? 'reject'
      : undefined;
  if (!verdict) return undefined;
  const approval = subject.slice('approval:'.length);
  const { id, by, from } = reaction;
  return reaction.on
    ? { id, by, from, command: verdict, input: [approval] }
    : { id, by, from, command: 'withdraw', input: [approval, '--verdict', verdict] };
}
