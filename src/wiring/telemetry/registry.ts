import { noted, observed } from '../../core/activity.ts';
import { WheelhouseError } from '../../core/errors.ts';
import type { Registry } from '../../registry/index.ts';

/** The registry, whose changes are counted and traced where that is switched on. */
export function observedRegistry(registry: Registry): Registry {
  const { deployments, runs, alerts, findings, quarantines } = registry;
  return {
    ...registry,
    deployments: {
      ...deployments,
      deploy: (order, mayStill) =>
        switching('promotion', order, () => deployments.deploy(order, mayStill)),
      rollBack: (order, mayStill) =>
        switching('rollback', order, () => deployments.rollBack(order, mayStill)),
      undeploy: (order, mayStill) =>
        switching('undeploy', order, () => deployments.undeploy(order, mayStill)),
    },
    runs: {
      ...runs,
      async finish(id, end) {
        const ended = await runs.finish(id, end);
        // Undefined: another process ended it, and counted it.
        if (ended) noted('run', { kind: ended.kind, status: ended.status });
        return ended;
      },
    },
    alerts: {
      ...alerts,
      async raise(draft, raising) {
        const raised = await alerts.raise(draft, raising);
        const { model, environment, severity } = raised.alert;
        if (raised.fresh) noted('alert', { model, environment, severity });
        return raised;
      },
    },
    findings: {
      ...findings,
      async add(finding) {
        await findings.add(finding);
        const [model = '', monitor = ''] = finding.monitor.split('/');
        const { environment, status } = finding;
        noted('finding', { model, environment, monitor, status });
      },
    },
    quarantines: {
      ...quarantines,
      async add(quarantine) {
        await quarantines.add(quarantine);
        const { model, environment, fault } = quarantine;
        noted('quarantine', { model, environment, fault });
      },
    },
  };
}

function switching<T>(
  kind: 'promotion' | 'rollback' | 'undeploy',
  { model, environment }: { model: string; environment: string },
  work: () => Promise<T>,
): Promise<T> {
  const about = { model, environment, kind };
  return observed('switch', about, work, { failed: refusedOrFailed });
}

export const refusedOrFailed = (error: unknown): string =>
  error instanceof WheelhouseError && error.blame === 'user' ? 'refused' : 'failed';
