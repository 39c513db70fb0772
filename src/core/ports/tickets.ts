import type { Json } from '../json.ts';
import type { Approval, Vote } from './approvals.ts';
import type { AuditEvent } from './audit.ts';
import type { Deployment } from './deployments.ts';
import type { SealJob } from './seals.ts';

/** What a ticket is for: exactly these bytes, as that version of the model, in that environment. */
export type TicketSubject = Pick<
  Deployment,
  'model' | 'version' | 'environment' | 'artifact' | 'approval'
>;

/** A signed permission to serve. Only `envelope` proves anything; the rest is for finding it. */
export interface Ticket {
  id: string;
  model: string;
  version: number;
  environment: string;
  issuedAt: Date;
  /** A DSSE envelope around an in-toto statement. */
  envelope: Json;
  /** The signature of the model file, in the OpenSSF Model Signing format. */
  modelSignature: Json;
}

/** Where tickets are stored, each written once. */
export interface Tickets {
  /** Once per ID. */
  add(ticket: Ticket): Promise<void>;
  /** Newest first. */
  of(about: Pick<Ticket, 'model' | 'version' | 'environment'>): Promise<Ticket[]>;
  /** Answers a demand for a ticket, once. */
  refuse(demand: string, why: string): Promise<void>;
  /** Why a demand was refused, as sentences; undefined if it was not, or not yet. */
  refusal(demand: string): Promise<string | undefined>;
}

/** Decides by the public keys alone, so that nothing in the registry has to be trusted. */
export interface TicketCheck {
  /** Why there is no valid ticket for it, without a full stop; undefined if there is one. */
  whyNot(subject: TicketSubject): Promise<string | undefined>;
  /**
   * False before the first policy process was ready, and from when its key is revoked until it has another one:
   * tickets are missing because nobody could issue them yet.
   */
  ready(): Promise<boolean>;
}

/** Signs, in the process that heard people, what it heard. */
export interface Witness {
  /** A DSSE envelope. `approval` as the voter saw it. */
  receipt(approval: Approval, vote: Vote): Json;
  /**
   * The same for a vote that its voter confirmed. Throws NotProven if it does not have a valid receipt for exactly this
   * request: what is stored may have been changed since the voter saw it.
   */
  confirmed(approval: Approval, vote: Vote): Json;
  /** What it queues on behalf of people. */
  seal: SealJob;
}

/** The request with the votes that have a valid receipt, and why the others do not count. */
export interface Heard {
  approval: Approval;
  unheard: readonly string[];
}

export interface TicketOrder extends TicketSubject {
  /** The deployment, where a version that was live already is taken over. */
  takenOver?: string;
  /** Digest of what is recorded about the version: `digestOfRecord`. */
  record?: string;
}

/** The policy process's own: it alone can sign a ticket. */
export interface Notary {
  /**
   * @param events of the request
   * @param personOf the person that an ID belongs to now
   */
  heard(
    approval: Approval,
    events: readonly AuditEvent[],
    personOf: (id: string) => string,
  ): Promise<Heard>;
  /** Signs and stores a ticket. `approval` is the request with the votes that count. */
  issue(
    order: TicketOrder,
    approval: Approval | undefined,
    votes: readonly Vote[],
  ): Promise<Ticket>;
}
