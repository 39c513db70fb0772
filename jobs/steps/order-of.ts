import { deriveId } from '../../src/core/ids.ts';
import type { Approval } from '../../src/core/ports/approvals.ts';
import type { DeployOrder } from '../../src/core/ports/deployments.ts';

/** The deployment that an approval asks for, with the model file that the version has now. */
export function orderOf(approval: Approval, artifact: string): DeployOrder {
  const { id, model, version, environment, requestedBy, reason } = approval;
  return {
    id: deriveId('deployment', id),
    ...{ model, version, environment, artifact },
    by: requestedBy,
    reason: reason ?? 'approved',
    approval: id,
  };
}
