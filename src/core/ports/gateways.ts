import type { Endpoint } from '../endpoint.ts';

/** What one gateway answers for one endpoint. */
export interface Answering extends Endpoint {
  /** Undefined: nothing. */
  version: number | undefined;
  deployment: string | undefined;
  /** SHA-256 of the model file that is loaded. */
  artifact?: string | undefined;
  /** The version of a rollout beside it. */
  challenger?: { version: number; weight: number; shadow: boolean } | undefined;
  /** Why the version that is live in the registry does not answer. */
  problem: { version: number; deployment: string; error: string } | undefined;
}

/** What a gateway said last of itself. */
export interface GatewayReport {
  /** Of its machine and port: a gateway that is started again there replaces its report. */
  name: string;
  at: Date;
  /** The environments that it serves. */
  environments: readonly string[];
  endpoints: readonly Answering[];
  /** It was told to end. */
  ended?: true;
}

/** A gateway reports several times within this time: after it, it has ended or cannot reach the registry. */
export const SILENT_AFTER_MS = 20_000;

export const isUp = ({ at, ended }: GatewayReport, now: Date): boolean =>
  !ended && at.getTime() >= now.getTime() - SILENT_AFTER_MS;

/** What all gateways say that they serve. For people and comparisons; nothing goes live by it. */
export interface Gateways {
  report(report: GatewayReport): Promise<void>;
  /** It ends, and is not waited for any more. */
  leave(name: string): Promise<void>;
  /** The last report of each gateway, newest first; those of gateways that have been silent for a day are gone. */
  list(): Promise<GatewayReport[]>;
}
