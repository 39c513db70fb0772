import type { Approval } from './ports/approvals.ts';
import type { RolloutEnd, RolloutState } from './rollout.ts';

/** Where a request is, from its gates to the last step of its rollout. */
export type Release =
  | { at: 'gates' }
  | { at: 'votes'; approval: Approval }
  /** Nobody will let it pass any more. */
  | { at: 'refused'; approval: Approval }
  | { at: 'switch' }
  | { at: 'rollout'; rollout: RolloutState }
  | { at: 'ended'; ended: Pick<RolloutEnd, 'outcome' | 'by' | 'why'> | 'failed' | 'replaced' }
  | { at: 'gateway' }
  | { at: 'live' };
