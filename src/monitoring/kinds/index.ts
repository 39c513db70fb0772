import type { Window } from '../../core/model.ts';
import type { MonitorKind, Report } from '../../core/monitor.ts';
import type { Alert } from '../../core/ports/alerts.ts';
import { drift } from './drift/index.ts';
import { quality } from './quality/index.ts';

/** Every kind of monitor; a monitor that names none is of the first. */
export const monitorKinds: readonly [MonitorKind, ...MonitorKind[]] = [drift, quality];

/** Throws for a name that is not in the list: the configuration knows those there are. */
export function kindOf(name: string): MonitorKind {
  const kind = monitorKinds.find((candidate) => candidate.name === name);
  if (!kind) throw new Error(`There is no kind of monitor "${name}".`);
  return kind;
}

/** What an alert says, in the words of its kind; `newest`: where it is about one window. */
export function reportOn(alert: Alert, newest?: Window): Report {
  const { kind, model, monitor, version, window, evidence } = alert;
  return kindOf(kind).report(evidence, {
    ...{ model, monitor, version, window },
    ...(newest && { newest }),
  });
}
