import type { AuditEvent } from '../core/ports/audit.ts';
import type { ReceiverSpec } from '../core/ports/webhooks.ts';

/** Whether a receiver wants an event. Pure. */
export function wants(
  { events, models, environments }: ReceiverSpec,
  { action, model, environment }: Pick<AuditEvent, 'action' | 'model' | 'environment'>,
): boolean {
  return (
    events.some((pattern) => names(pattern, action)) &&
    (models === undefined || (model !== undefined && models.includes(model))) &&
    (environments === undefined ||
      (environment !== undefined && environments.includes(environment)))
  );
}

/** `*` leaves out that somebody called a command: its effects are events of their own. */
function names(pattern: string, action: string): boolean {
  if (pattern === '*') return !action.startsWith('command.');
  return pattern.endsWith('.*') ? action.startsWith(pattern.slice(0, -1)) : pattern === action;
}
