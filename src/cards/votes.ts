import type { Vote } from '../core/ports/approvals.ts';

/** The current count of the votes, which the stored request alone does not have. */
export interface Count {
  needed: number;
  notCounted: readonly { vote: Vote; name: string; why: string }[];
  /** How many approvals are still needed from each group. */
  missing?: Readonly<Record<string, number>>;
  /** What else keeps it from going live, one sentence each. */
  notices?: readonly string[];
  /** When it was counted: how long the request is still open follows from it. */
  now?: Date;
}

/** `, 1 from platform-leads`, for groups whose votes are missing. */
export function groupsInWords({ missing = {} }: Pick<Count, 'missing'> = {}): string {
  return Object.entries(missing)
    .map(([group, count]) => `, ${count} more from ${group}`)
    .join('');
}

export function votesInWords(votes: readonly Vote[], notCounted: Count['notCounted']): string {
  if (votes.length === 0) return 'none yet';
  const isCounted = ({ person }: Vote) => notCounted.every(({ vote }) => vote.person !== person);
  return votes
    .map((vote) => {
      const { person, verdict, via } = vote;
      const did = verdict === 'approve' ? '✓ approves' : '✗ rejects';
      const said = vote.reason === undefined ? '' : `: ${vote.reason}`;
      return `${person} ${did} (${isCounted(vote) ? via : `${via}, does not count`})${said}`;
    })
    .join(', ');
}

/** `Lead's vote does not count: no longer an approver.`, one sentence each. */
export function notCountedInWords({ notCounted }: Pick<Count, 'notCounted'>): string {
  return notCounted.map(({ name, why }) => `${name}’s vote does not count: ${why}.`).join(' ');
}
