export interface Deployment {
  id: string;
  model: string;
  version: number;
  environment: string;
  /**
   * `live` is one per model and environment; `superseded` may be returned to; `rolled_back` and
   * `undeployed`, which somebody took out of service, are not.
   */
  status: 'pending' | 'live' | 'superseded' | 'rolled_back' | 'undeployed';
  kind: 'promotion' | 'rollback';
  by: string;
  reason: string;
  approval?: string;
  artifact: string;
  /** When it went live. */
  since: Date;
  /** In a history, of what is `undeployed`. */
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
  /** The deployment that must be live for the order to hold: two people press at once, one rollback. */
  replaces: string;
}

interface UndeployOrder {
  model: string;
  environment: string;
  /** What must be live for the order to hold. The same one again is the same order. */
  deployment: string;
  by: string;
  reason: string;
}

/** A model of which nothing answers, since somebody took the live deployment out of service. */
export interface OutOfService {
  deployment: Deployment;
  by: string;
  reason: string;
  at: Date;
}

/**
 * One document per model and environment says what is live, so that a switch is one atomic update;
 * the deployments are its history.
 */
export interface Deployments {
  live(model: string, environment: string): Promise<Deployment | undefined>;
  allLive(): Promise<Deployment[]>;
  /** What a rollback would restore. */
  previousGood(model: string, environment: string): Promise<Deployment | undefined>;
  history(model: string, environment: string, limit?: number): Promise<Deployment[]>;
  /**
   * Idempotent by id. `mayStill` is asked right before each attempt to switch, and not for an order
   * that was carried out already: what it throws leaves everything as it is.
   */
  deploy(order: DeployOrder, mayStill?: () => Promise<void>): Promise<Deployment>;
  /**
   * Idempotent by id. Throws Refused where nothing is to be restored, or another deployment is live by now.
   * `mayStill` as for `deploy`.
   */
  rollBack(
    order: RollbackOrder,
    mayStill?: () => Promise<void>,
  ): Promise<{ restored: Deployment; replaced: Deployment }>;
  /**
   * Takes what is live out of service: nothing answers until a version is promoted, or the one before
   * is restored. Throws Refused where another deployment is live by now.
   */
  undeploy(order: UndeployOrder): Promise<OutOfService>;
  /** Undefined where something is live, or nothing ever was. */
  outOfService(model: string, environment: string): Promise<OutOfService | undefined>;
  allOutOfService(): Promise<OutOfService[]>;
}
