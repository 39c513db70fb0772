import type { Approval } from '../core/ports/approvals.ts';
import type { Deployment } from '../core/ports/deployments.ts';
import type { EndpointState } from '../core/ports/endpoints.ts';
import type { Release } from '../core/release.ts';

interface Facts {
  approval: Approval;
  endpoint: EndpointState;
  /** Its deployment, if there is one. */
  deployment: Deployment | undefined;
  /** All attempts to deploy it failed, which its message says. */
  failed: boolean;
}

/** What people and the gateway have made of a request so far. Pure. */
export function releaseOf({ approval, endpoint, deployment, failed }: Facts): Release {
  const { id, status } = approval;
  if (status === 'checking') return { at: 'gates' };
  if (status === 'open') return { at: 'votes', approval };
  if (status !== 'approved') return { at: 'refused', approval };
  if (approval.confirmedAt) return { at: 'live' };
  const { rollout, ended } = endpoint;
  if (rollout?.approval === id) return { at: 'rollout', rollout };
  if (ended?.approval === id && ended.outcome !== 'promoted') return { at: 'ended', ended };
  if (deployment && deployment.status !== 'live' && deployment.status !== 'pending')
    return { at: 'ended', ended: 'replaced' };
  if (deployment?.status === 'live') return { at: 'gateway' };
  return failed ? { at: 'ended', ended: 'failed' } : { at: 'switch' };
}
