import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../bench/alarms/random.ts';
import type { Json } from '../../../../src/core/json.ts';
import { toJson } from '../../../../src/core/json.ts';
import type { FeatureSchema } from '../../../../src/core/model.ts';
import type { Measures } from '../../../../src/core/monitor.ts';
import { kindOf } from '../../../../src/monitoring/kinds/index.ts';
import { profileOf } from '../../../../src/monitoring/profile/profile.ts';
import { buildReference, readReference } from '../../../../src/monitoring/profile/reference.ts';
import { buildReferenceWindows } from '../../../../src/monitoring/profile/reference-windows.ts';
import { binary } from '../../../../src/tasks/binary/index.ts';

const DAY = 86_400_000;
const FIRST = Date.parse('2001-01-01');
const FEATURES: FeatureSchema = { distance: 'number', carrier: 'category' };
const drift = kindOf('drift');
const monitorOf = (keys: Record<string, unknown> = {}) => ({
  name: 'drift',
  ...drift.schema.parse({ kind: 'drift', ...keys }),
});

/** A version trained on this many days of 200 rows, and live days after them. */
async function opened(days: number, keys: Record<string, unknown> = {}, timed = true) {
  const random = createRandom(5);
  const rows = (shift = 0) => {
    const distance = Array.from({ length: 200 }, () => random.normal() + shift);
    const carrier = distance.map(() => (random.uniform() < 0.5 ? 'AA' : 'UA'));
    return { distance, carrier, score: distance.map((value) => 1 / (1 + Math.exp(-value))) };
  };
  const training = Array.from({ length: days }, () => rows());
  const distance = training.flatMap((one) => one.distance);
  const carrier = training.flatMap((one) => one.carrier);
  const score = training.flatMap((one) => one.score);
  const bytes = buildReference(
    { features: FEATURES, task: binary },
    { labels: new Uint8Array(distance.length), features: { distance, carrier } },
    Float64Array.from(score),
  );
  const { features, answers } = readReference(bytes);
  const reference = { ...features, ...answers };
  const times = distance.map(
    (_, row) => FIRST + Math.floor(row / 200) * DAY + (row % 200) * 400_000,
  );
  const window = { from: new Date(FIRST), to: new Date(FIRST + days * DAY) };
  const windows = buildReferenceWindows(reference, [
    { window, times: timed ? times : [], columns: { distance, carrier, score } },
  ]);
  const live = new Map<number, Record<string, Json>>();
  const none = () => Promise.reject(new Error('not needed'));
  const needs: Measures = {
    predictions: { answered: none, labelled: none, labelledSince: none },
    traffic: { within: none },
    versions: {
      resolve: none,
      evaluation: async () => ({
        ...{ version: 'flights@1', reference: `reference ${days}`, metrics: {}, at: new Date(0) },
        ...(windows && { windows: `windows ${days}` }),
        dataset: { window, sha256: '', rows: distance.length },
      }),
    },
    artifacts: { read: async (hash) => (hash.startsWith('windows') ? (windows ?? bytes) : bytes) },
    profiles: {
      within: async (_, __, { from }) => [live.get(from.getTime()) ?? {}],
      buckets: async () => [],
    },
  };
  const monitor = monitorOf(keys);
  const watched = {
    environment: 'production',
    model: { name: 'flights', features: FEATURES, task: binary },
    version: 1,
  };
  const kind = await drift.open(watched, monitor, needs);
  if (!kind) throw new Error('it did not open');
  let day = days;
  let state: Json | undefined;
  const history: { window: { from: Date; to: Date }; measured: Json }[] = [];
  return {
    ...{ kind, monitor, history },
    async pass(shift: number) {
      const from = FIRST + day * DAY;
      day += 1;
      const values: Record<string, unknown[]> = rows(shift);
      live.set(
        from,
        Object.fromEntries(
          Object.entries(reference).map(([name, { spec }]) => [
            name,
            toJson(profileOf(spec, values[name] ?? [])),
          ]),
        ),
      );
      const window = { from: new Date(from), to: new Date(from + DAY) };
      const measured = toJson(await kind.measure(window, new AbortController().signal));
      const verdict = drift.judge({ window, measured }, history, monitor, state);
      expect(drift.judge({ window, measured }, [], monitor, state)).toEqual(verdict);
      history.push({ window, measured });
      state = verdict.state ?? state;
      return { ...verdict, window };
    },
  };
}

describe('drift with a budget of false alarms', () => {
  it('is the default; fixed rules apply if their keys are set', () => {
    expect(monitorOf()).toMatchObject({
      windowHours: 24,
      settings: { rule: 'budget' },
    });
    for (const keys of [{ psi_warn: 0.2 }, { important: [] }, { need: 2 }, { rule: 'fixed' }])
      expect(monitorOf(keys)).toMatchObject({
        ...{ windowHours: 168, minRows: 200, of: 3, settings: { rule: 'fixed' } },
      });
  });

  it.each([
    [{ false_alarms: 'never' }, undefined],
    [{ false_alarms: '0 per year' }, undefined],
    [{ rule: 'budget', important: ['distance'] }, /only "rule: fixed" uses it/],
    [{ rule: 'budget', need: 2, of: 3 }, /only "rule: fixed" uses it/],
    [{ rule: 'fixed', false_alarms: '1 per year' }, /fixed rules keep to no budget/],
    [{ false_alarms: '1 per week' }, /allows an alarm in 7.0 windows of 24 h/],
  ])('refuses %j', (keys, words) => {
    const parsed = drift.schema.safeParse({ kind: 'drift', ...keys });
    expect(parsed.success).toBe(words !== undefined);
    if (!parsed.success) return;
    const faults = drift.faults(
      { name: 'drift', ...parsed.data },
      { name: '', features: FEATURES, task: binary },
    );
    expect(faults.map((fault) => fault.words).join()).toMatch(words ?? '');
  });

  it('raises an alarm that says how strong, since when, and how often it is wrong', async () => {
    const { pass, history, kind, monitor } = await opened(60);
    for (let day = 0; day < 10; day += 1)
      // A change left open by another version ends only after some windows of this one.
      expect(await pass(0)).toMatchObject({ status: 'ok', signals: [], over: day >= 4 });
    let verdict = await pass(0.5);
    const began = verdict.window.from;
    for (let day = 0; day < 9 && verdict.status !== 'alert'; day += 1) verdict = await pass(0.5);
    expect(verdict).toMatchObject({ status: 'alert', over: false });
    expect(verdict.signals).toContain('distance');
    const about = { model: 'flights', monitor: 'drift', version: 1, window: verdict.window };
    const { summary, table } = drift.report(verdict.evidence, about);
    expect(summary).toMatch(/Evidence [\d,]+ : 1; an alarm needs 730 : 1, which would be expected/);
    expect(summary).toContain('once in 2 years if nothing had changed');
    expect(summary).toMatch(
      /smallest shift that can be found is 0\.\d\d \(distance\)|is 0\.\d\d s/,
    );
    expect(summary).toMatch(/since about \w+ \d+ March 2001|since about \w+ \d+ Mar 2001/);
    expect(table?.rows[0]?.[1]).toMatch(/^values up$/);
    const since = /since about \w+ (\d+ \w+ \d+)/.exec(summary)?.[1] ?? '';
    const off = Math.abs(Date.parse(`${since} UTC`) - began.getTime());
    expect(off).toBeLessThanOrEqual(2 * DAY);
    expect(await kind.charts(verdict.evidence, history)).toHaveLength(2);
    expect(drift.gist(history.at(-1)?.measured ?? null, monitor, verdict.figures)).toMatch(
      /^evidence [\d,]+ : 1; \w+ PSI/,
    );
    expect(drift.note(verdict.figures, monitor)).toMatch(/^Budget: 1 per 2 years, .* 730 : 1\./);
    // It lasts as long as the change, and ends some days after it.
    expect(await pass(0.5)).toMatchObject({ status: 'alert', over: false });
    let days = 0;
    while (!(await pass(0)).over && days < 40) days += 1;
    expect(days).toBeGreaterThan(0);
    expect(days).toBeLessThan(30);
  });

  it.each([
    [
      5,
      true,
      /has 5 windows of 1 day, and at least 14 are needed\. Train on at least 14 days, set `monitors\.drift\.window_hours: 8` \(8 hours\), or use fixed rules/,
    ],
    [60, false, /has no windows: its dataset has no column `time`/],
  ])(
    'is still learning from %s days (with times: %s), and says what would help',
    async (days, timed, words) => {
      const { pass, monitor } = await opened(days, {}, timed);
      const verdict = await pass(5);
      expect(verdict).toMatchObject({ status: 'still learning', signals: [], over: false });
      expect(drift.note(verdict.figures, monitor)).toMatch(words);
    },
  );

  it('lets the reference grow by quiet windows where that is allowed, and says how far', async () => {
    const alone = await opened(31);
    const growing = await opened(31, { grow_reference: true });
    let [last, other] = [await growing.pass(0), await alone.pass(0)];
    for (let day = 0; day < 60; day += 1)
      [last, other] = [await growing.pass(0), await alone.pass(0)];
    expect([last.status, other.status]).toEqual(['ok', 'ok']);
    const note = drift.note(last.figures, growing.monitor) ?? '';
    const [, windows, now, before] =
      /the (\d+) quiet windows that it has grown by since \w+ \d+ Feb 2001, the smallest shift that can be found is ([\d.]+) .*with the reference alone it is ([\d.]+)\./.exec(
        note,
      ) ?? [];
    expect(Number(windows)).toBeGreaterThan(30);
    expect(Number(now)).toBeLessThan(Number(before));
    expect(drift.note(other.figures, alone.monitor)).not.toContain('grown');
    // Disabled, the next window is judged by the reference alone; enabled again, evidence starts anew.
    const latest = growing.history.at(-1);
    if (!latest) throw new Error('no window was measured');
    const off = drift.judge(latest, [], alone.monitor, last.state);
    expect(off.state).not.toHaveProperty('growth');
    expect(drift.note(off.figures, alone.monitor)).not.toContain('grown');
  });

  it('neither confirms nor clears with too few rows', async () => {
    const { pass } = await opened(60, { min_rows: 300 });
    expect(await pass(5)).toMatchObject({ status: 'still learning' });
    const { pass: next } = await opened(60, { min_rows: 200 });
    expect(await next(0)).toMatchObject({ status: 'ok' });
  });
});
