import { alertSubject } from '../../src/cards/alert.ts';
import { probed } from '../../src/cards/probe.ts';
import { inWords } from '../../src/core/errors.ts';
import { toJson } from '../../src/core/json.ts';
import type { Run } from '../../src/core/ports/runs.ts';
import type { AlertProbe, Probe } from '../../src/core/probe.ts';
import type { Needs } from '../../src/core/world.ts';
import { failRun } from './follow-run.ts';
import { type Showing, showAlert } from './show-alert.ts';

export type EndingProbe = Showing & Needs<'runs' | 'audit'>;

/** Fails a probe, and the alert that it was for says why. Nothing else depends on it. */
export async function failProbe(id: string, error: unknown, needs: EndingProbe): Promise<void> {
  await failRun(id, error, needs);
  const run = await needs.runs.get(id);
  if (run.status === 'failed') await toAlert(run, { fault: run.error ?? inWords(error) }, needs);
}

/**
 * Stores the result with the alert, shows it there and tells its thread. Every step is done once, however often this
 * is called; an alert that is over meanwhile gets nothing.
 */
export async function toAlert(
  run: Run,
  result: { found: Probe } | { fault: string },
  needs: EndingProbe,
): Promise<void> {
  if (run.alert === undefined) return;
  const probe: AlertProbe = { run: run.id, at: run.createdAt, ...result };
  const alert = await needs.alerts.probed(run.alert, probe);
  if (!alert) return;
  await showAlert(alert.id, needs);
  await needs.replies.tell(alertSubject(alert), `probe-${run.id}`, probed(alert, probe));
  await needs.audit.append({
    ...{ id: `probe-${run.id}`, by: run.requestedBy, action: 'alert.probe' as const },
    ...{ subject: alert.id, model: run.model, environment: alert.environment, via: 'queue' },
    after: toJson({ run: run.id, ...result }),
  });
}
