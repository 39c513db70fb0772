import type { Address } from '../address.ts';
import type { Json } from '../json.ts';
import type { GateOverride, JudgedGate } from '../judged-gate.ts';
import type { Account, Identity } from '../people.ts';
import type { AuditDraft } from './audit.ts';

export type ApprovalStatus =
  /** The gates are being checked. */
  | 'checking'
  /** Waiting for votes. */
  | 'open'
  /** A gate failed. */
  | 'refused'
  | 'approved'
  | 'rejected'
  | 'expired'
  /** A newer request for the same endpoint replaced it. */
  | 'superseded';

/**
 * Why an account whose role comes from its groups may no longer have it: it left the group or the platform,
 * or the platform could not be asked.
 */
type Doubt = 'left' | 'gone' | 'unasked';

/** What a vote is about: if any of it changes, the vote is void. */
export interface Asked {
  /** The digest of the evidence: artifact, gates, metrics, comparison. */
  evidence: string;
  /** The deployment that was live, or `none`. */
  live: string;
  /** The approval rule, e.g. `2, platform-leads 1`. */
  rule: string;
}

export interface Vote {
  person: string;
  verdict: 'approve' | 'reject';
  at: Date;
  /** The platform it came from. */
  via: string;
  /**
   * The account and channel it came from, with the groups that the platform reported last: at the vote, or
   * when the votes were counted. Whether that account may vote is checked again.
   */
  cast?: { by: Identity; from: Address; doubt?: Doubt };
  /** Missing in votes of earlier releases. */
  asked?: Asked;
  /** What the voter said of it. */
  reason?: string;
  /** Cast with an emoji by that account: it counts as long as the emoji is there. */
  byReaction?: Identity;
  /**
   * It counts only once the voter has confirmed it in a direct message, by `until`. The message alone has the code whose
   * SHA-256 this is.
   */
  confirm?: { hash: string; until: Date };
  confirmedAt?: Date;
  /** Signed by the process that heard it. Without one, it helps nothing into service. */
  receipt?: Json;
}

/** What a version costs to keep and to run; times are measured on the worker that judged it, in milliseconds. */
export interface Costs {
  bytes: number;
  latency?: { rows: number; p50: number; p99: number };
}

/** What voters see, bound to the approval by its digest. */
export interface Evidence {
  /** Content hash of the version's artifact: what is approved is what is deployed. */
  artifact: string;
  gates: JudgedGate[];
  metrics: Record<string, number>;
  /** Unit of the label, if one was declared: that of the metrics which have it. */
  unit?: string;
  /** The comparison with the champion of that moment, if there was one. */
  comparison?: Json;
  champion?: number;
  /** The champion gives no usable answer, so nothing was compared with it: the reason, as a sentence. */
  championProblem?: string;
  /** Size of the model file and time of a row, and those of the champion. */
  costs?: Costs & { champion?: Costs };
  /**
   * Content hash of what the version answered to the rows of its smoke test, as 64-bit floats in little-endian order.
   */
  answers?: string;
  /** The newest drill of the champion, which a rollback would restore. */
  drill?: {
    version: number;
    at: Date;
    ms: number;
    rows: number;
    equal: number;
    problem?: string | undefined;
  };
  /** How many versions were judged against this champion so far, this one included. */
  candidates?: number;
  /** SHA-256 over all of the above. */
  digest: string;
}

/** An admin asked to let a request pass although one of its gates does not. One per request. */
export interface OverrideOrder extends GateOverride {
  /** Name of the gate, as in the evidence. */
  gate: string;
  /** The account and channel it came from. */
  cast?: { by: Identity; from: Address };
  /** The revision of the request that is judged with it. */
  revision: number;
}

export interface Approval {
  id: string;
  model: string;
  version: number;
  environment: string;
  /** The person who asked; for an automation, its owner: whatever it asks for, they ask for. */
  requestedBy: string;
  /** The schedule or agent that asked, e.g. `schedule nightly`. */
  automation?: string;
  /** Who is told the outcome; in `direct`, or by a mention in the thread. */
  tell?: { account: Account & { name?: string }; direct?: Address } | undefined;
  status: ApprovalStatus;
  needed: number;
  /** Oldest first, one per person. */
  votes: Vote[];
  /** Grows with every vote and withdrawal: `decide` only applies to the votes that were seen. */
  revision: number;
  evidence?: Evidence;
  override?: OverrideOrder;
  reason?: string;
  createdAt: Date;
  /** The votes are enough; until then one may still be withdrawn. */
  settlesAt?: Date;
  expiresAt?: Date;
  decidedAt?: Date;
  deployment?: string;
  /** When the gateway first answered with the deployment. */
  confirmedAt?: Date;
}

export type ApprovalDraft = Pick<
  Approval,
  'id' | 'model' | 'version' | 'environment' | 'requestedBy' | 'automation' | 'needed' | 'tell'
>;

/** `event`: stored with the change, so that it is recorded even if the process dies before it can. */
export interface Approvals {
  /**
   * The same ID returns the same approval. Throws Refused if one is being checked or open for that version.
   */
  request(draft: ApprovalDraft): Promise<Approval>;
  /** Throws NotFound. */
  get(id: string): Promise<Approval>;
  list(filter: {
    model?: string;
    statuses?: ApprovalStatus[];
    limit?: number;
  }): Promise<Approval[]>;
  /** checking → open. Undefined if it is past that. */
  open(id: string, evidence: Evidence, expiresAt: Date): Promise<Approval | undefined>;
  /** checking → refused. */
  refuse(id: string, evidence: Evidence | undefined, reason: string): Promise<Approval | undefined>;
  /**
   * refused → checking, to be judged again with the override; no votes remain. Undefined if it was changed since
   * `seen`, has an override, or another request for the same version is being checked or open.
   */
  reopen(seen: Approval, override: Omit<OverrideOrder, 'revision'>): Promise<Approval | undefined>;
  /** Replaces that person's vote while the request is open; undefined otherwise. */
  vote(id: string, vote: Vote, event?: AuditDraft): Promise<Approval | undefined>;
  /**
   * Stores the votes with what the platforms now say of their accounts, only if the votes are still those in
   * `seen`. Undefined if not: read again and ask again.
   */
  refresh(seen: Approval, votes: readonly Vote[]): Promise<Approval | undefined>;
  /**
   * Removes exactly this vote, and gives the request as it is if it was gone before. Undefined if the request is not
   * open, or the person has voted again since: read again.
   */
  withdraw(
    id: string,
    vote: Pick<Vote, 'person' | 'verdict' | 'at'>,
    event?: AuditDraft,
  ): Promise<Approval | undefined>;
  /**
   * Stores that a voter confirmed their vote, with its new receipt. Undefined if the request is not open, its evidence
   * is another one, or the vote does not wait for exactly this confirmation any more.
   */
  confirm(
    id: string,
    confirmed: { person: string; hash: string; evidence: string; receipt: Json },
    at: Date,
    event?: AuditDraft,
  ): Promise<Approval | undefined>;
  /**
   * Stores what a voter said of their vote, until the request's time is over, whatever was decided. Undefined if there
   * is no such vote, it is too late, or, with `ifNone`, the vote has a reason.
   */
  explain(
    id: string,
    said: { person: string; reason: string; ifNone?: boolean },
    event?: AuditDraft,
  ): Promise<Approval | undefined>;
  /**
   * open → `status`, only if the votes are still those in `seen`. Undefined if not: read again and judge
   * again.
   */
  decide(
    seen: Approval,
    status: 'approved' | 'rejected' | 'expired',
    reason: string,
  ): Promise<Approval | undefined>;
  /** checking or open → superseded. Undefined if it is past that. */
  supersede(id: string, reason: string): Promise<Approval | undefined>;
  /**
   * open → checking, without its votes, only if they are still those in `seen`: what was asked has changed, so the
   * gates are checked again.
   */
  recheck(seen: Approval): Promise<Approval | undefined>;
  /** Stores that the votes are enough, and since when; `null`: that they are not any more. As for `decide`. */
  settleAt(seen: Approval, at: Date | null): Promise<Approval | undefined>;
  markDeployed(id: string, deployment: string): Promise<void>;
  /** The gateway answers with its deployment. Recorded once; later calls change nothing. */
  markConfirmed(id: string): Promise<void>;
}
