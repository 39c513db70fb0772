import type { MonitorSpec, Window } from '../../core/model.ts';
import type { MonitorKind, Report } from '../../core/monitor.ts';
import type { Alert, Finding } from '../../core/ports/alerts.ts';
import type { Told } from '../course.ts';
import { drift } from './drift/index.ts';
import { estimated } from './estimated/index.ts';
import { latency } from './latency/index.ts';
import { performance } from './performance/index.ts';
import { prevalence } from './prevalence/index.ts';
import { quality } from './quality/index.ts';
import { staleness } from './staleness/index.ts';

/** All kinds of monitors; the first one is the default. */
export const monitorKinds: readonly [MonitorKind, ...MonitorKind[]] = [
  drift,
  quality,
  performance,
  estimated,
  prevalence,
  latency,
  staleness,
];

/** Throws for an unknown name: the configuration only accepts known ones. */
export function kindOf(name: string): MonitorKind {
  const kind = monitorKinds.find((candidate) => candidate.name === name);
  if (!kind) throw new Error(`There is no kind of monitor "${name}".`);
  return kind;
}

/** The text of an alert, by its kind; `newest`: if it is about one window. */
export function reportOn(alert: Alert, newest?: Window): Report {
  const { kind, model, monitor, version, window, evidence } = alert;
  return kindOf(kind).report(evidence, {
    ...{ model, monitor, version, window },
    ...(newest && { newest }),
  });
}

/** What a finding contributes to the course of an alert. */
export function seenIn(
  { signals, detail }: Pick<Finding, 'signals' | 'detail'>,
  monitor: MonitorSpec,
): Told {
  return { signals, size: kindOf(monitor.kind).size(detail, monitor) ?? signals.length };
}
