import { Unreachable } from '../core/errors.ts';
import type { Lease } from '../core/ports/leases.ts';
import type { Subject } from '../core/reply.ts';

/** The platforms on which one process at a time posts. */
export interface Lanes {
  has(platform: string): boolean;
  /** Undefined while another process has it. */
  lease(platform: string): Lease | undefined;
  handOver(subject: Subject, platform: string): Promise<void>;
}

export const NO_LANES: Lanes = {
  has: () => false,
  lease: () => undefined,
  handOver: () => Promise.reject(new Error('no platform has a lane of its own')),
};

/**
 * The number of the lease by which this process posts on a platform; undefined where any process may.
 * @throws Unreachable if another process has it
 */
export async function leaseOf(lanes: Lanes, platform: string): Promise<number | undefined> {
  if (!lanes.has(platform)) return undefined;
  const lease = lanes.lease(platform);
  if (!lease) throw overtaken(platform);
  return lease.confirm();
}

/** Retried by whoever has the lease. */
export const overtaken = (platform: string): Unreachable =>
  new Unreachable(`Posting on ${platform} is left to another process, which has its lease.`);
