import { randomUUID } from 'node:crypto';
import { checkMonitor } from '../../jobs/check-monitor.ts';
import { toJson } from '../../src/core/json.ts';
import { buildSpec } from '../../src/monitoring/profile/build-spec.ts';
import { profileOf } from '../../src/monitoring/profile/profile.ts';
import { buildReference, readReference } from '../../src/monitoring/profile/reference.ts';
import type { Harness } from './harness.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FIRST = Date.parse('2001-03-01');

/** Values of one column: distributed as in training, shifted, restricted to a few, or with every third missing. */
const SORTS = {
  quiet: { rows: 400, shift: 0 },
  moved: { rows: 400, shift: 900 },
  few: { rows: 10, shift: 900 },
  lossy: { rows: 400, shift: 0, lost: 3 },
};
type Sort = keyof typeof SORTS;

const spread = (rows: number, shift: number) =>
  Array.from({ length: rows }, (_, n) => ((n * 7919) % rows) * (2000 / rows) + shift);

/** A live version with a reference, and days of predictions that a test provides. */
export async function openNightWatch(
  harness: Harness,
  {
    environment = 'production',
    artifact,
    monitor = 'drift',
  }: { environment?: string; artifact?: string; monitor?: string } = {},
) {
  const { versions, artifacts, deployments, clock, profileStore } = harness;
  const distance = spread(1000, 0);
  const carrier = distance.map((_, n) => (n % 2 ? 'AA' : 'UA'));
  const bytes = buildReference(
    harness.spec,
    { labels: new Uint8Array(1000), features: { distance, carrier } },
    Float64Array.from(distance, (value) => value / 2000),
    {
      labels: Uint8Array.from(distance, (value) => Number(value > 1000)),
      features: { distance, carrier },
    },
  );
  const { sha256 } = await artifacts.putBytes(bytes);
  const reference = readReference(bytes);
  const window = { from: new Date('2001-01-01'), to: new Date('2001-02-01') };
  const dataset = { window, sha256, rows: 1000 };
  const version = await versions.register({
    model: 'flights',
    run: `run-${randomUUID()}`,
    artifact: { sha256: artifact ?? sha256, bytes: 1 },
    dataset,
    parameters: {},
    code: { revision: 'abc', dirty: false },
    runtime: {},
    reported: {},
    createdBy: 'dev',
  });
  await versions.addEvaluation({
    version: version.id,
    dataset,
    metrics: { auc: 0.7 },
    reference: sha256,
    at: clock.now(),
  });
  await deployments.deploy({
    id: `deployment-${version.number}-${environment}`,
    model: 'flights',
    version: version.number,
    environment,
    artifact: artifact ?? sha256,
    by: 'dev',
    reason: 'test',
    approval: 'none',
  });
  const about = { monitor: `flights/${monitor}`, environment };
  let days = 0;

  async function predict(
    bucket: Date,
    rows: number,
    shift: number,
    untimed = false,
    lost = 0,
  ): Promise<void> {
    const values = spread(rows, shift).map((value, n) => (lost && n % lost === 0 ? null : value));
    const carriers = values.map((_, n) => (n % 2 ? 'AA' : 'UA'));
    const scores = spread(rows, 0).map((value) => value / 2000);
    const profiled = (name: string, column: unknown[]) =>
      toJson(
        profileOf(
          reference.features[name]?.spec ?? reference.answers[name]?.spec ?? buildSpec(column),
          column,
        ),
      );
    await profileStore.save(
      {
        ...{ model: 'flights', environment, version: version.number, bucket, minutes: 60, rows },
        ...(untimed && { untimed }),
        features: {
          distance: profiled('distance', values),
          carrier: profiled('carrier', carriers),
        },
        answers: { score: profiled('score', scores) },
        latest: bucket,
        applied: {},
        revision: 0,
      },
      0,
    );
  }

  return {
    version: version.number,
    predict,
    /** The following days. Each ends with the first prediction of the next day. */
    async pass(...sorts: Sort[]): Promise<void> {
      if (days === 0) await predict(new Date(FIRST), 1, 0);
      for (const sort of sorts) {
        const { rows, shift, lost } = { lost: 0, ...SORTS[sort] };
        await predict(new Date(FIRST + days * DAY + HOUR), rows, shift, false, lost);
        days += 1;
        await predict(new Date(FIRST + days * DAY), 1, 0);
      }
    },
    check: (tick = randomUUID()) =>
      harness.perform(checkMonitor, { model: 'flights', environment, monitor, tick }),
    statuses: async () =>
      (await harness.findings.recent(about, version.number, 100))
        .map(({ status }) => status)
        .reverse(),
    alerts: async () =>
      (await harness.alerts.list({ model: 'flights', environment, includeResolved: true })).filter(
        (alert) => alert.version === version.number,
      ),
  };
}
