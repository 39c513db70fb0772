import { alertState, alertSubject } from '../../src/cards/alert.ts';
import type { Alert } from '../../src/core/ports/alerts.ts';
import type { Needs } from '../../src/core/world.ts';
import { reportOn } from '../../src/monitoring/kinds/index.ts';

export type Showing = Needs<'alerts' | 'replies' | 'people'>;

/**
 * Shows an alert as it is stored, wherever it is shown. It is read again afterwards: whoever changed it meanwhile
 * may have shown their change before ours.
 */
export async function showAlert(id: string, needs: Showing): Promise<Alert> {
  for (let seen = await needs.alerts.get(id); ; ) {
    await needs.replies.show(alertSubject(seen), stateOf(seen, needs));
    const now = await needs.alerts.get(id);
    if (JSON.stringify(now) === JSON.stringify(seen)) return now;
    seen = now;
  }
}

export function stateOf(alert: Alert, { people }: Needs<'people'>) {
  return alertState(alert, reportOn(alert), (person) => people.byId(person)?.name ?? person);
}
