import type { Json } from '../json.ts';

type ProposalStatus = 'open' | 'accepted' | 'dismissed' | 'expired';

/** A command that an agent would like to run. A person runs it, or dismisses it. */
export interface Proposal {
  id: string;
  agent: string;
  /** The person whose agent it is, when it was filed. */
  owner: string;
  command: string;
  /** The values of its options by name. */
  input: Record<string, Json>;
  /** What the agent gave as its reason. */
  why?: string;
  status: ProposalStatus;
  createdAt: Date;
  expiresAt: Date;
  decidedBy?: string;
  /** The event that decided it: a retry of the same event is the same decision. */
  decision?: string;
}

type ProposalDraft = Pick<
  Proposal,
  'id' | 'agent' | 'owner' | 'command' | 'input' | 'why' | 'expiresAt'
>;

export interface Proposals {
  /**
   * The same ID gives the same proposal. Undefined if the agent has filed `most` today (UTC), however many calls come
   * at once.
   */
  file(draft: ProposalDraft, most: number): Promise<Proposal | undefined>;
  /** Throws NotFound. */
  get(id: string): Promise<Proposal>;
  /** Newest first. */
  list(filter: { status?: ProposalStatus; limit?: number }): Promise<Proposal[]>;
  /**
   * Closes an open proposal; undefined if it was closed before by another event. An expired one can only become
   * `expired`. `owner`: only while its agent belongs to that person, who is not `by`.
   */
  decide(
    id: string,
    how: { status: Exclude<ProposalStatus, 'open'>; by: string; event: string; owner?: string },
  ): Promise<Proposal | undefined>;
}
