import type { AuditDraft } from './audit.ts';
import type { EndpointChange, EndpointState } from './endpoints.ts';

export interface Deployment {
  id: string;
  model: string;
  version: number;
  environment: string;
  /**
   * `live`: one per model and environment. `superseded`: may be restored. `rolled_back` and `undeployed`
   * (taken out of service by a person): may not.
   */
  status: 'pending' | 'live' | 'superseded' | 'rolled_back' | 'undeployed';
  kind: 'promotion' | 'rollback';
  by: string;
  reason: string;
  approval?: string;
  artifact: string;
  /** When it went live. */
  since: Date;
  /** In a history, the reason for `undeployed`. */
  takenOut?: { by: string; reason: string; at: Date };
}

export interface DeployOrder {
  id: string;
  model: string;
  version: number;
  environment: string;
  artifact: string;
  by: string;
  reason: string;
  approval: string;
}

export interface RollbackOrder {
  id: string;
  model: string;
  environment: string;
  by: string;
  reason: string;
  /** The deployment that must be live for the order to apply: two people press at once, one rollback. */
  replaces: string;
  /** A deployment that was live before; default: the last one. */
  restores?: string | undefined;
}

interface UndeployOrder {
  model: string;
  environment: string;
  /** What must be live for the order to apply. The same one again is the same order. */
  deployment: string;
  by: string;
  reason: string;
}

/** A model without answers, because someone took the live deployment out of service. */
export interface OutOfService {
  deployment: Deployment;
  by: string;
  reason: string;
  at: Date;
}

/**
 * Called right before each attempt to switch, with the endpoint as it is then: the switch happens only if nothing
 * has changed it since. What it returns is written with the switch; if it throws, nothing changes.
 */
type MayStill = (seen: EndpointState) => Promise<EndpointChange | undefined>;

/**
 * One document per model and environment records what is live, so that a switch is one atomic update; the
 * deployments are its history.
 */
export interface Deployments {
  live(model: string, environment: string): Promise<Deployment | undefined>;
  allLive(): Promise<Deployment[]>;
  /** What a rollback would restore. */
  previousGood(model: string, environment: string): Promise<Deployment | undefined>;
  history(model: string, environment: string, limit?: number): Promise<Deployment[]>;
  /** By ID, whether it was ever live or not. */
  find(id: string): Promise<Deployment | undefined>;
  /** Stores a deployment that is not live: the challenger of a rollout. Idempotent by ID. */
  propose(order: DeployOrder): Promise<Deployment>;
  /**
   * Idempotent by ID. `mayStill` is not called for an order that was already carried out.
   */
  deploy(order: DeployOrder, mayStill?: MayStill): Promise<Deployment>;
  /**
   * Idempotent by ID. Throws Refused if there is nothing to restore, or another deployment is live now.
   */
  rollBack(
    order: RollbackOrder,
    mayStill?: MayStill,
  ): Promise<{ restored: Deployment; replaced: Deployment }>;
  /**
   * Takes the live deployment out of service: nothing answers until a version is promoted or the previous one
   * is restored. Throws Refused if another deployment is live now. `mayStill` is called right before the write.
   * `event` is stored with it.
   */
  undeploy(
    order: UndeployOrder,
    mayStill?: () => Promise<void>,
    event?: AuditDraft,
  ): Promise<OutOfService>;
  /** Undefined if something is live, or nothing ever was. */
  outOfService(model: string, environment: string): Promise<OutOfService | undefined>;
  allOutOfService(): Promise<OutOfService[]>;
}
