import { alertState, alertSubject } from '../../src/cards/alert.ts';
import { specIn } from '../../src/core/model.ts';
import type { Alert } from '../../src/core/ports/alerts.ts';
import type { Needs } from '../../src/core/world.ts';
import { reportOn } from '../../src/monitoring/kinds/index.ts';

export type Showing = Needs<'alerts' | 'replies' | 'people' | 'models'>;

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

export function stateOf(alert: Alert, { people, models }: Needs<'people' | 'models'>) {
  const spec = models.list().find(({ name }) => name === alert.model);
  const runbook = spec && specIn(spec, alert.environment).alerting?.runbooks?.[alert.kind];
  const nameOf = (person: string) => people.byId(person)?.name ?? person;
  return alertState(alert, reportOn(alert), nameOf, runbook);
}
