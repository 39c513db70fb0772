import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { environmentsOf, modelsOf } from '../../config/models.ts';
import { checkMonitor } from '../../jobs/check-monitor.ts';
import type { Finding, Findings } from '../../src/core/ports/alerts.ts';
import type { PredictionReader } from '../../src/core/ports/predictions.ts';
import { performance } from '../../src/monitoring/kinds/performance/index.ts';
import { createWorld } from '../fakes/world.ts';
import { specOf } from './workspace.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FIRST = Date.parse('2001-03-01');
const DAYS = 6;
const PER_DAY = 60;

/** The true label of each prediction: from the fourth day on, the opposite of what the score predicts. */
const predictions = Array.from({ length: DAYS * PER_DAY }, (_, at) => {
  const score = ((at * 7919) % PER_DAY) / PER_DAY;
  const label = Number(score > 0.5) === Number(at < 3 * PER_DAY) ? 1 : 0;
  return { id: at, time: FIRST + (at * DAY) / PER_DAY, score, label };
});

interface Arrival {
  id: number;
  label: number;
  received: number;
}

/** A performance monitor in memory: the test provides what is known, and reads the findings. */
function openWatch() {
  const monitor = {
    name: 'performance',
    ...performance.schema.parse({
      kind: 'performance',
      window_hours: 24,
      min_rows: 20,
      false_alarms: '12 per day',
    }),
  };
  const settings = { ...monitor.settings, min_positives: 5 };
  const spec = { ...specOf('/nowhere'), monitors: [{ ...monitor, settings }] };
  const known = new Map<number, Arrival>();
  let now = Date.parse('2026-11-01');
  const stored: Finding[] = [];
  const raised: Finding['window'][] = [];
  const withinWindow = (time: number, { from, to }: { from: Date; to: Date }) =>
    time >= from.getTime() && time < to.getTime();

  const reader: PredictionReader = {
    answered: () => Promise.reject(new Error('not asked')),
    async labelled({ window }) {
      const rows = predictions.filter(({ time }) => withinWindow(time, window));
      const labelled = rows.flatMap((row) => {
        const label = known.get(row.id)?.label;
        return label === undefined ? [] : [{ ...row, label }];
      });
      return {
        ...{ predictions: rows.length, rows: labelled.length, features: {} },
        answers: Float64Array.from(labelled, ({ score }) => score),
        labels: labelled.map(({ label }) => label),
      };
    },
    async labelledSince(_, since) {
      const late = predictions.filter(
        ({ id }) => (known.get(id)?.received ?? Number.NEGATIVE_INFINITY) >= since.getTime(),
      );
      const hours = new Set(late.map(({ time }) => Math.floor(time / HOUR) * HOUR));
      return [...hours].map((from) => ({ from: new Date(from), to: new Date(from + HOUR) }));
    },
  };
  const newestFirst = () =>
    stored.toSorted((a, b) => b.window.to.getTime() - a.window.to.getTime());
  const findings: Findings = {
    async add(finding) {
      stored.push(finding);
    },
    async revise(finding) {
      const at = stored.findIndex(
        ({ window }) => window.to.getTime() === finding.window.to.getTime(),
      );
      stored[at] = finding;
    },
    recent: async (_, __, limit, until) =>
      newestFirst()
        .filter(({ window }) => !until || window.to <= until)
        .slice(0, limit),
    stateAt: async () => undefined,
  };
  const evaluation = {
    ...{ version: 'flights@1', reference: 'sha', metrics: { brier: 0.1 }, at: new Date(0) },
    dataset: { window: { from: new Date(0), to: new Date(1) }, sha256: '', rows: 2000 },
  };
  const world = createWorld();
  const parts = {
    clock: { now: () => new Date(now) },
    models: modelsOf([spec]),
    environments: environmentsOf(['production']),
    deployments: { live: async () => ({ id: 'deployment-1', version: 1 }) },
    versions: { evaluation: async () => evaluation, resolve: async () => ({}) },
    profiles: {
      newest: async (_: unknown, __: number, untimed: boolean) =>
        untimed ? undefined : new Date(FIRST + DAYS * DAY),
      buckets: async () =>
        Array.from({ length: DAYS + 1 }, (_, day) => ({
          ...{ bucket: new Date(FIRST + day * DAY), rows: PER_DAY },
        })),
    },
    alerts: {
      list: async () => [],
      current: async () => undefined,
      async raise(draft: Pick<Finding, 'window'>) {
        raised.push(draft.window);
        return { alert: { ...draft, status: 'resolved' }, fresh: true };
      },
    },
    replies: { placesOf: async () => [] },
    endpoints: { get: async () => undefined },
    charts: { timeline: () => Promise.reject(new Error('nothing is drawn')) },
    predictions: reader,
    findings,
  };
  const whole = Object.defineProperties(world, Object.getOwnPropertyDescriptors(parts));
  return {
    raised,
    async check() {
      now += 5 * 60_000;
      const payload = { model: 'flights', monitor: 'performance', tick: String(now) };
      await checkMonitor.perform(payload, whole, new AbortController().signal);
    },
    receive(id: number, label: number) {
      known.set(id, { id, label, received: now });
    },
    wait(ms: number) {
      now += ms;
    },
    /** All findings, oldest first, without their times. */
    found: () =>
      newestFirst()
        .reverse()
        .map(({ window, status, signals, detail }) => ({ window, status, signals, detail })),
  };
}

describe('late labels', () => {
  it('give the same figures shuffled, repeated, corrected and months late as in order', async () => {
    const inOrder = openWatch();
    for (const { id, label } of predictions) inOrder.receive(id, label);
    await inOrder.check();
    const expected = inOrder.found();
    expect(expected.map(({ status }) => status)).toEqual([
      ...['ok', 'ok', 'ok', 'alert', 'alert', 'alert'],
    ]);

    const order = fc.shuffledSubarray(predictions, { minLength: predictions.length });
    const batches = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 6 });
    const wrong = fc.uniqueArray(fc.nat(predictions.length - 1), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(order, batches, wrong, async (rows, sizes, mistaken) => {
        const watch = openWatch();
        await watch.check();
        for (const id of mistaken) watch.receive(id, 1 - (predictions[id]?.label ?? 0));
        await watch.check();
        const left = [...rows];
        for (const size of [...sizes, left.length]) {
          watch.wait(size % 2 ? 90 * DAY : HOUR);
          const batch = left.splice(0, size);
          for (const { id, label } of batch) watch.receive(id, label);
          // A caller that got no answer repeats the call.
          for (const { id, label } of batch.slice(0, 5)) watch.receive(id, label);
          await watch.check();
        }
        expect(watch.found()).toEqual(expected);
        expect(watch.raised.at(-1)).toEqual(expected.at(-1)?.window);
      }),
      { numRuns: 8 },
    );
  });

  it('leave a window alone once no more come', async () => {
    const watch = openWatch();
    for (const { id, label } of predictions.slice(0, 200)) watch.receive(id, label);
    await watch.check();
    const before = watch.found();
    expect(before.map(({ status }) => status)).toContain('insufficient data');
    watch.wait(DAY);
    await watch.check();
    expect(watch.found()).toEqual(before);
  });
});
