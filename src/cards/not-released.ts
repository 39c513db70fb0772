import { notCountedInWords } from './votes.ts';

/** Why a version may not go live; `ruling` where its votes do not suffice any more. */
interface Objection {
  why: string;
  ruling?: Parameters<typeof notCountedInWords>[0] & { reason: string };
}

/** `approval-1 is no longer approved, so nothing was deployed. Lead’s vote does not count: …. 1 of 1 approvals missing.` */
export function notReleased({ why, ruling }: Objection, consequence: string): string {
  const votes = ruling ? ` ${notCountedInWords(ruling)} ${ruling.reason}` : '';
  return `${why}, so ${consequence}.${votes}`;
}
