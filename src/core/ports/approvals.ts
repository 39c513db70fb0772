import type { Address } from '../address.ts';
import type { Json } from '../json.ts';
import type { Identity } from '../people.ts';

export type ApprovalStatus =
  /** The gates are being judged. */
  | 'checking'
  /** Waits for people. */
  | 'open'
  /** A gate said no. */
  | 'refused'
  | 'approved'
  | 'rejected'
  | 'expired';

/**
 * Why an account whose right comes from its groups may have it no more: it is out of the group, out of the
 * platform, or the platform could not be asked.
 */
type Doubt = 'left' | 'gone' | 'unasked';

export interface Vote {
  person: string;
  verdict: 'approve' | 'reject';
  at: Date;
  /** The platform it came by. */
  via: string;
  /**
   * By which account and where, with its groups as the platform told them last: at the vote, or when
   * the votes were counted. What that account may do is asked again.
   */
  cast?: { by: Identity; from: Address; doubt?: Doubt };
  /** Cast with an emoji, by that account: it stands for as long as the emoji does. */
  byReaction?: Identity;
}

interface GateResult {
  name: string;
  passed: boolean;
  /** It could not be applied, as `words` say, and neither passed nor failed. */
  notApplicable?: true;
  words: string;
}

/** What the people who vote have before them, bound to the approval by its digest. */
export interface Evidence {
  /** Content hash of the version's artifact: what is approved is what is deployed. */
  artifact: string;
  gates: GateResult[];
  metrics: Record<string, number>;
  /** Against the champion of that moment, where there was one. */
  comparison?: Json;
  champion?: number;
  /** The champion gives no usable answer, so nothing was compared with it: why, as a sentence. */
  championProblem?: string;
  /** sha256 over all of the above. */
  digest: string;
}

export interface Approval {
  id: string;
  model: string;
  version: number;
  environment: string;
  requestedBy: string;
  status: ApprovalStatus;
  needed: number;
  /** Oldest first, one a person. */
  votes: Vote[];
  /** Grows with every vote and withdrawal: `decide` holds only for the votes that were seen. */
  revision: number;
  evidence?: Evidence;
  reason?: string;
  createdAt: Date;
  expiresAt?: Date;
  decidedAt?: Date;
  deployment?: string;
  /** When the gateway was seen to answer with the deployment. */
  confirmedAt?: Date;
}

export type ApprovalDraft = Pick<
  Approval,
  'id' | 'model' | 'version' | 'environment' | 'requestedBy' | 'needed'
>;

export interface Approvals {
  /** The same id gives the same again. Throws Refused where one is checking or open for that version already. */
  request(draft: ApprovalDraft): Promise<Approval>;
  /** Throws NotFound. */
  get(id: string): Promise<Approval>;
  list(filter: {
    model?: string;
    statuses?: ApprovalStatus[];
    limit?: number;
  }): Promise<Approval[]>;
  /** checking → open. Undefined when it is past that. */
  open(id: string, evidence: Evidence, expiresAt: Date): Promise<Approval | undefined>;
  /** checking → refused. */
  refuse(id: string, evidence: Evidence | undefined, reason: string): Promise<Approval | undefined>;
  /** Replaces that person's vote, while it is open; undefined when it is not. */
  vote(id: string, vote: Vote): Promise<Approval | undefined>;
  /**
   * The same votes with what the platforms say of their accounts now, only if the votes still stand as
   * `seen` shows them. Undefined when they do not: read again and ask again.
   */
  refresh(seen: Approval, votes: readonly Vote[]): Promise<Approval | undefined>;
  withdraw(id: string, person: string): Promise<Approval | undefined>;
  /**
   * open → `status`, only if the votes still stand as `seen` shows them. Undefined when they do not:
   * read again and judge again.
   */
  decide(
    seen: Approval,
    status: 'approved' | 'rejected' | 'expired',
    reason: string,
  ): Promise<Approval | undefined>;
  markDeployed(id: string, deployment: string): Promise<void>;
  /** The gateway answers with its deployment. Once; later calls change nothing. */
  markConfirmed(id: string): Promise<void>;
}
