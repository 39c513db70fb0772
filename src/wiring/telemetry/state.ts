import { systemClock } from '../../core/clock.ts';
import { isUp } from '../../core/ports/gateways.ts';
import { STATE } from '../../telemetry/catalogue/state.ts';
import type { Container } from '../container.ts';

const MOST = 1000;

type Rows = (readonly [labels: Record<string, string>, value: number])[];

/** Gauges of what is in Redis and the registry. */
export function watchState({ telemetry, queue, registry, workspace }: Container): void {
  const { meters } = telemetry;
  const environments = workspace.environments.list();
  const now = () => systemClock.now().getTime();

  telemetry.onLook(async () => {
    const lanes = await queue.depths();
    meters.replace(
      STATE.queued,
      lanes.flatMap(({ lane, jobs }) =>
        Object.entries(jobs).map(([state, count]) => [{ lane, state }, count] as const),
      ),
    );
    meters.replace(
      STATE.oldest,
      lanes.map(({ lane, oldest }) => [
        { lane },
        oldest ? Math.max(0, now() - oldest.getTime()) / 1000 : 0,
      ]),
    );
  });

  telemetry.onLook(async () => {
    const found = await Promise.all(
      (['queued', 'running'] as const).map((status) =>
        registry.runs.summaries({ status, limit: MOST }),
      ),
    );
    meters.replace(
      STATE.runs,
      counted(found.flat(), ({ kind, status }) => ({ kind, status })),
    );
  });

  telemetry.onLook(async () => {
    const open = await registry.approvals.list({ statuses: ['open'], limit: MOST });
    const of = (environment: string) => open.filter((one) => one.environment === environment);
    meters.replace(
      STATE.approvals,
      environments.map((environment) => [{ environment }, of(environment).length]),
    );
    meters.replace(
      STATE.approvalAge,
      environments.map((environment) => {
        const oldest = Math.min(now(), ...of(environment).map((one) => one.createdAt.getTime()));
        return [{ environment }, (now() - oldest) / 1000];
      }),
    );
  });

  telemetry.onLook(async () => {
    const alerts = await registry.alerts.list({ limit: MOST });
    meters.replace(
      STATE.alerts,
      counted(alerts, ({ model, environment, severity }) => ({ model, environment, severity })),
    );
  });

  telemetry.onLook(async () => {
    const live = await registry.deployments.allLive();
    meters.replace(
      STATE.liveSince,
      live.map(({ model, environment, version, since }) => [
        { model, environment, version: String(version) },
        since.getTime() / 1000,
      ]),
    );
    const isLive = new Set(live.map(({ id }) => id));
    const kept = (await registry.quarantines.list()).filter((one) => isLive.has(one.deployment));
    meters.replace(
      STATE.quarantined,
      counted(kept, ({ environment }) => ({ environment })),
    );
  });

  telemetry.onLook(async () => {
    const held = await registry.arrivals.list({ statuses: ['quarantined'], limit: MOST });
    meters.replace(
      STATE.arrivals,
      counted(held, ({ model }) => ({ model })),
    );
  });

  telemetry.onLook(async () => {
    const reports = await registry.gateways.list();
    const well = reports.filter((one) => isUp(one, systemClock.now()));
    meters.set(STATE.gateways, {}, well.length);
  });
}

/** How many there are for each label set. */
function counted<T>(all: readonly T[], labelsOf: (one: T) => Record<string, string>): Rows {
  const rows = new Map<string, readonly [Record<string, string>, number]>();
  for (const one of all) {
    const labels = labelsOf(one);
    const key = JSON.stringify(labels);
    rows.set(key, [labels, (rows.get(key)?.[1] ?? 0) + 1]);
  }
  return [...rows.values()];
}
