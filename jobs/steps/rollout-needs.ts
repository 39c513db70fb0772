import type { Needs } from '../../src/core/world.ts';
import type { TicketNeeds } from './await-ticket.ts';
import type { StillApproved } from './still-approved.ts';

/** To see what a rollout's step has shown. */
export type ObservesRollout = Needs<
  'tallies' | 'predictions' | 'versions' | 'deployments' | 'models' | 'clock'
>;

/** To put its message into the state of now. */
export type ShowsRollout = ObservesRollout & Needs<'replies'>;

/** To end it, and tell everyone. */
export type EndsRollout = ShowsRollout & Needs<'approvals' | 'endpoints' | 'bus' | 'audit'>;

/** To take it a step further. */
export type AdvancesRollout = EndsRollout & StillApproved & Needs<'jobs'>;

/** To put a version beside the live one. */
export type BeginsRollout = AdvancesRollout & TicketNeeds & Needs<'artifacts'>;
