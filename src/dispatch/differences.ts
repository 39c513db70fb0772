import type { Identity } from '../core/people.ts';
import type { Vote } from '../core/ports/approvals.ts';

/** A voting emoji on a message; without a person if we do not know, or no longer know, who it is. */
export interface Cast {
  by: Identity;
  verdict: Vote['verdict'];
  person: string | undefined;
}

interface Difference {
  by: Identity;
  verdict: Vote['verdict'];
  on: boolean;
}

/**
 * The votes to cast or withdraw so that they match the reactions. Votes are withdrawn only if the reactions
 * were read completely (`whole`).
 */
export function differences(
  votes: readonly Vote[],
  platform: string,
  cast: readonly Cast[],
  whole: boolean,
): Difference[] {
  const stands = (vote: Vote) =>
    cast.some(
      ({ person, by, verdict }) =>
        verdict === vote.verdict && (person === vote.person || by.user === vote.byReaction?.user),
    );
  const counts = ({ person, verdict }: Cast) =>
    votes.some((vote) => vote.person === person && vote.verdict === verdict);
  const missed = cast
    .filter(({ person }) => person !== undefined)
    // A person's counted vote takes precedence over their other emoji,
    .filter(({ person }) => !votes.some((vote) => vote.person === person && stands(vote)))
    .filter((one) => !counts(one))
    // and of two that never counted, the cautious one.
    .toSorted((a, b) => Number(b.verdict === 'reject') - Number(a.verdict === 'reject'))
    .filter((one, i, all) => all.findIndex(({ person }) => person === one.person) === i);
  const replaced = new Set(missed.map(({ person }) => person));
  const takenBack = votes.flatMap(({ byReaction, ...vote }) =>
    whole &&
    byReaction &&
    vote.via === platform &&
    !replaced.has(vote.person) &&
    !stands({ ...vote, byReaction })
      ? [{ by: byReaction, verdict: vote.verdict, on: false }]
      : [],
  );
  return [...takenBack, ...missed.map(({ by, verdict }) => ({ by, verdict, on: true }))];
}
