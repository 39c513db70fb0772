import { deriveId } from '../../src/core/ids.ts';
import type { ModelSpec, MonitorSpec } from '../../src/core/model.ts';
import type { Alert } from '../../src/core/ports/alerts.ts';
import { USUAL_PROBE } from '../../src/core/probe.ts';
import type { Needs } from '../../src/core/world.ts';
import { kindOf } from '../../src/monitoring/kinds/index.ts';
import { probe as probeJob } from '../declared/index.ts';

/** Looks for a better model once for an alert about lost performance, before anybody decides anything. */
export async function startProbe(
  alert: Alert,
  { spec, monitor }: { spec: ModelSpec; monitor: MonitorSpec },
  { runs, jobs }: Needs<'runs' | 'jobs'>,
): Promise<void> {
  const { automatic } = spec.probe ?? USUAL_PROBE;
  if (!automatic || kindOf(monitor.kind).watches(monitor, spec.task) === undefined) return;
  const run = await runs.create({
    ...{ id: deriveId('run', 'probe', alert.id), kind: 'probe', model: alert.model },
    ...{ parameters: {}, versions: [], requestedBy: 'wheelhouse', alert: alert.id },
    ...{ environment: alert.environment, window: alert.window },
  });
  await jobs.enqueue(probeJob, { run: run.id });
}
