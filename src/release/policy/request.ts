import type { EndpointState } from '../../core/ports/endpoints.ts';
import { automationMayAct } from './endpoint.ts';
import { type FreezeStatus, type Frozen, freezeStatus } from './freezes.ts';

/** Why a promotion may not even be requested: what would keep it from going live before it expires. */
export type NotRequested = { code: 'held'; why: string } | { code: 'frozen'; status: FreezeStatus };

/**
 * Why a promotion may not be requested now; undefined if it may. In a freeze that is over in time it may: people see
 * the gates, and vote when it is over.
 */
export function mayNotRequest(
  {
    environment,
    automation,
    expiresHours,
  }: {
    environment: string;
    automation?: string | undefined;
    expiresHours: number;
  },
  now: { endpoint: EndpointState; frozen: Frozen; time: Date },
): NotRequested | undefined {
  const ruling = automationMayAct(now.endpoint);
  if (automation !== undefined && !ruling.may) return { code: 'held', why: ruling.why };
  const status = freezeStatus(environment, now.frozen, now.time);
  if (status.frozen === undefined) return undefined;
  const expires = now.time.getTime() + expiresHours * 3_600_000;
  const opensInTime = status.changes !== undefined && status.changes.getTime() < expires;
  return opensInTime ? undefined : { code: 'frozen', status };
}
