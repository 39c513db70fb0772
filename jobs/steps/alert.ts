import { alertSubject } from '../../src/cards/alert.ts';
import { began } from '../../src/cards/alert-milestones.ts';
import type { Picture } from '../../src/core/card.ts';
import { deriveId } from '../../src/core/ids.ts';
import type { Grade } from '../../src/core/ports/alerts.ts';
import { coversAlert } from '../../src/core/subscribed.ts';
import { belongsTo, causeOf } from '../../src/monitoring/cause.ts';
import { kindOf } from '../../src/monitoring/kinds/index.ts';
import { onCallAt } from '../../src/release/on-call.ts';
import { held, tellTurn } from './alert-turns.ts';
import { causesOf } from './causes.ts';
import type { AlertParts, Raised } from './raised.ts';
import { showAlert, stateOf } from './show-alert.ts';
import { startProbe } from './start-probe.ts';

/** As many windows as a line of a chat shows. */
const SIZES = 24;

/**
 * One message per endpoint and cause: the first window opens it, the following ones update it, and so do those of other
 * monitors that find the same. Its thread is told only what changed.
 */
export async function raiseAlert(
  raised: Raised,
  needs: AlertParts,
  signal: AbortSignal,
): Promise<void> {
  const { spec, environment, monitor, version, deployment, window, verdict, seen } = raised;
  const { alerts, replies, charts, audit } = needs;
  const { grade, about } = kindOf(monitor.kind);
  // Nor is one without its causes.
  const causes = await causesOf(raised, needs, signal).catch(() => undefined);
  signal.throwIfAborted();
  const draft = {
    id: deriveId('alert', spec.name, environment, monitor.name, version, window.from.toISOString()),
    model: spec.name,
    environment,
    monitor: monitor.name,
    kind: monitor.kind,
    version,
    deployment,
    severity: 'alert' as const,
    grade,
    window,
    signals: verdict.signals,
    sizes: seen.slice(-SIZES).map(({ size }) => size),
    evidence: verdict.evidence,
    // An alert without its pictures is better than none.
    pictures: await picturesOf(raised, charts).catch(() => []),
    ...(causes && { causes }),
    about: [
      causeOf({
        ...{ ...about(verdict.evidence, verdict.signals), window, causes },
        judgedFrom: seen.at(-monitor.of)?.window.from,
      }),
    ],
  };
  const { alert, fresh } = await alerts.raise(draft, {
    belongsTo: (open) => open.version === version && belongsTo(open, draft),
    escalateAt: await escalateAt(grade, { spec, environment }, needs),
  });
  if (alert.status === 'resolved') return; // resolved already; this window was evaluated before that
  const subject = alertSubject(alert);
  const state = stateOf(alert, needs);
  for (const home of spec.homes) await replies.open(subject, home, state, held(alert, spec, needs));
  // Edited in place: who subscribed is notified once, and not by the all-clear.
  for (const subscription of await needs.subscriptions.of(spec.name))
    if (needs.people.byId(subscription.person) && coversAlert(subscription, alert))
      await replies.open(subject, subscription.address, state, held(alert, spec, needs));
  await showAlert(alert.id, needs);
  if (fresh) {
    await audit.append({
      id: `alert-${alert.id}`,
      by: 'wheelhouse',
      action: 'alert.open',
      subject: alert.id,
      model: spec.name,
      environment,
      via: 'schedule',
      after: { monitor: monitor.name, version, columns: verdict.signals },
    });
    await replies.tell(subject, 'began', began(alert), held(alert, spec, needs));
    await startProbe(alert, raised, needs);
  } else await tellTurn(alert, raised, needs);
}

async function picturesOf(
  { opened, verdict, history }: Raised,
  charts: AlertParts['charts'],
): Promise<Picture[]> {
  const pictures: Picture[] = [];
  for (const chart of await opened.charts(verdict.evidence, history))
    pictures.push(
      await (chart.kind === 'histogram' ? charts.histogram(chart) : charts.timeline(chart)),
    );
  return pictures;
}

async function escalateAt(
  grade: Grade,
  { spec, environment }: Pick<Raised, 'spec' | 'environment'>,
  { endpoints, people, clock }: AlertParts,
): Promise<Date | undefined> {
  if (grade !== 'harm' || !spec.alerting) return undefined;
  const now = clock.now();
  const state = await endpoints.get({ model: spec.name, environment });
  return onCallAt(spec.alerting, state, people, now)
    ? new Date(now.getTime() + spec.alerting.escalateAfterMs)
    : undefined;
}
