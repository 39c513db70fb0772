import { describe, expect, it } from 'vitest';
import { definedOnly } from '../../jobs/steps/defined.ts';
import { readHistogram } from '../../src/charts/histogram.ts';
import { readTimeline } from '../../src/charts/timeline.ts';
import type { Json } from '../../src/core/json.ts';
import { toJson } from '../../src/core/json.ts';
import { addLatencies, latencyBin } from '../../src/core/latency.ts';
import type { FeatureSchema, MonitorSpec, Window } from '../../src/core/model.ts';
import type { Measurement, Measures, MonitorKind } from '../../src/core/monitor.ts';
import type { PredictionReader } from '../../src/core/ports/predictions.ts';
import type { Traffic } from '../../src/core/ports/traffic.ts';
import { profileOf } from '../../src/monitoring/profile/profile.ts';
import { buildReference, readReference } from '../../src/monitoring/profile/reference.ts';
import { binary } from '../../src/tasks/binary/index.ts';

/** Rows of a window, by column; `score` is the prediction, `label` its label, `ms` the latency. */
type Rows = Record<string, unknown[]>;

/** What a kind of monitor provides to the suite, as `sample` in `test/monitoring/kinds/<name>/sample.ts`. */
export interface KindSample {
  /** Turns rows like those of the training into rows that this kind must raise an alert for. */
  spoil(rows: Rows): Rows;
  /** Its own keys, with which that is an alert. */
  settings: Record<string, unknown>;
  /** Invalid values of its own keys, and the errors. */
  contradiction: { settings: Record<string, unknown>; words: RegExp };
  /** A kind that needs no reference also starts without one. */
  withoutReference?: 'opens';
  /** It does not read the rows of a window, so a window is never too small. */
  fewRows?: 'judged';
}

const FEATURES: FeatureSchema = { distance: 'number', carrier: 'category' };
const HOUR_MS = 3_600_000;
const FIRST = Date.parse('2001-03-05T00:00:00Z');

/** `n` rows without randomness. */
function plainRows(n: number): Rows {
  const distance = Array.from({ length: n }, (_, at) => ((at * 7919) % n) * (2000 / n));
  return {
    distance,
    carrier: distance.map((_, at) => (at % 2 ? 'AA' : 'UA')),
    score: distance.map((value) => value / 2000),
    label: distance.map((value, at) => ((at * 0.618) % 1 < value / 2000 ? 1 : 0)),
    ms: distance.map((_, at) => 5 + (at % 20)),
    failed: distance.map(() => false),
  };
}

/** The log that holds such rows. */
function predictionsOf(within: (window: Window) => Rows[]): PredictionReader {
  const columnOf = (window: Window, name: string) =>
    within(window).flatMap((rows) => rows[name] ?? []);
  const answersIn = (window: Window) =>
    Float64Array.from(columnOf(window, 'score'), (score) => Number(score));
  return {
    async answered({ window }) {
      const answers = answersIn(window);
      return { rows: answers.length, answers };
    },
    async labelled({ window, features }) {
      const answers = answersIn(window);
      return {
        ...{ predictions: answers.length, rows: answers.length, answers },
        labels: columnOf(window, 'label').map(Number),
        features: Object.fromEntries(
          features.map((name) => [name, columnOf(window, name).map(String)]),
        ),
      };
    },
    labelledSince: async () => [],
  };
}

/** The gateway's counts for such rows, one request each, in an hour. */
function trafficOf(hour: Date, rows: Rows): Omit<Traffic, 'model' | 'environment'> {
  const failed = (rows['failed'] ?? []).map(Boolean);
  const answered = (rows['ms'] ?? []).filter((_, row) => !failed[row]).map(Number);
  return {
    ...{ version: 1, hour, requests: failed.length, failures: failed.length - answered.length },
    latencies: addLatencies(answered.map((ms) => [[latencyBin(ms), 1]])),
    ...{ elsewhere: 0, labels: rows['label']?.length ?? 0 },
    latest: new Date(hour.getTime() + HOUR_MS / 2),
  };
}

/** A version with a reference, whose windows the suite fills; everything in memory. */
function watchedWorld(kind: MonitorKind, own: Record<string, unknown>) {
  const { score = [], label = [], distance = [], carrier = [] } = plainRows(1000);
  const features = { distance: distance.map(Number), carrier: carrier.map(String) };
  const bytes = buildReference(
    { features: FEATURES, task: binary },
    { labels: new Uint8Array(1000), features },
    Float64Array.from(score, Number),
    { labels: label.map(Number), features },
  );
  const reference = readReference(bytes);
  const buckets = new Map<number, { rows: number; raw: Rows; columns: Record<string, Json> }>();
  const evaluation = {
    ...{ version: 'flights@1', reference: 'sha', at: new Date(0) },
    metrics: definedOnly(
      binary.measure({ labels: label.map(Number), answers: score.map(Number), classes: [] }),
    ),
    dataset: { window: { from: new Date(0), to: new Date(1) }, sha256: '', rows: 1000 },
  };
  const version = {
    ...{
      id: 'flights@1',
      number: 1,
      model: 'flights',
      run: 'run-1',
      artifact: { sha256: '', bytes: 1 },
    },
    ...{ dataset: evaluation.dataset, parameters: {}, code: { revision: '', dirty: false } },
    ...{ runtime: {}, reported: {}, createdBy: 'dev', createdAt: new Date(0) },
  };
  const known = () => [...buckets].toSorted(([a], [b]) => a - b);
  const needs: Measures = {
    versions: {
      evaluation: async (id) => (id === 'flights@1' ? evaluation : undefined),
      resolve: async () => version,
    },
    traffic: {
      within: async (endpoint, { from, to }) =>
        known()
          .filter(([at]) => at >= from.getTime() && at < to.getTime())
          .filter(([, { rows }]) => rows > 0)
          .map(([at, { raw }]) => ({ ...endpoint, ...trafficOf(new Date(at), raw) })),
    },
    predictions: predictionsOf(({ from, to }) =>
      known().flatMap(([at, { raw }]) => (at >= from.getTime() && at < to.getTime() ? [raw] : [])),
    ),
    artifacts: { read: async () => bytes },
    profiles: {
      within: async (_, __, { from, to }) =>
        known()
          .filter(([at]) => at >= from.getTime() && at < to.getTime())
          .map(([, { columns }]) => columns),
      buckets: async (_, from) =>
        known()
          .filter(([at]) => at >= from.getTime())
          .map(([at, { rows }]) => ({ bucket: new Date(at), rows })),
    },
  };
  const fields = kind.schema.parse({ kind: kind.name, window_hours: 1, min_rows: 50, ...own });
  const monitor: MonitorSpec = { name: 'watched', ...fields, need: 2, of: 3 };
  let hours = 0;
  return {
    monitor,
    needs,
    /** One more window, filled with these rows. */
    window(rows: Rows) {
      const at = FIRST + hours * HOUR_MS;
      hours += 1;
      const columns = Object.entries({ ...reference.features, ...reference.answers }).map(
        ([name, { spec }]) => [name, toJson(profileOf(spec, rows[name] ?? []))] as const,
      );
      const count = rows['distance']?.length ?? 0;
      buckets.set(at, { rows: count, raw: rows, columns: Object.fromEntries(columns) });
      return { from: new Date(at), to: new Date(at + HOUR_MS) };
    },
  };
}

/** What every kind of monitor must do. */
export function monitorKindContract(kind: MonitorKind, sample: KindSample): void {
  const watched = {
    environment: 'production',
    model: { name: 'flights', features: FEATURES, task: binary },
    version: 1,
  };
  const signal = new AbortController().signal;
  const about = { model: 'flights', monitor: 'watched', version: 1 };

  async function open() {
    const world = watchedWorld(kind, sample.settings);
    const opened = await kind.open(watched, world.monitor, world.needs);
    if (!opened) throw new Error('it did not open');
    const history: Measurement<Json>[] = [];
    let state: Json | undefined;
    return {
      ...{ opened, history, monitor: world.monitor },
      /** Measures one more window of these rows, stores the measurement as JSON, and judges it. */
      async pass(rows: Rows) {
        const window = world.window(rows);
        const measured = await opened.measure(window, signal);
        if (measured === undefined) throw new Error('it was not measured');
        const latest = { window, measured: toJson(measured) };
        const verdict = kind.judge(latest, history, world.monitor, state);
        expect(kind.judge(latest, [...history], world.monitor, state)).toEqual(verdict);
        history.push(latest);
        // Stored with the finding, and passed on by windows that have none.
        if (verdict.state !== undefined) state = toJson(verdict.state);
        return verdict;
      },
    };
  }

  describe(`${kind.name} meets the contract of a kind of monitor`, () => {
    it('has defaults for every key, none of them a contradiction', () => {
      const monitor = { name: 'any', ...kind.schema.parse({ kind: kind.name }) };
      expect(monitor).toMatchObject({ kind: kind.name });
      expect(monitor.need).toBeLessThanOrEqual(monitor.of);
      expect(kind.faults(monitor, watched.model)).toEqual([]);
      expect(kind.keys).toEqual(expect.arrayContaining(Object.keys(monitor.settings)));
      expect(new Set(kind.keys).size).toBe(kind.keys.length);
      expect(kind.summary).not.toBe('');
      expect(['harm', 'inform']).toContain(kind.grade);
    });

    it('reads its own settings again as they are', () => {
      const { settings } = kind.schema.parse({ kind: kind.name, ...sample.settings });
      expect(kind.schema.parse({ kind: kind.name, ...settings }).settings).toEqual(settings);
    });

    it('refuses an unknown key, and reports contradictions', () => {
      expect(kind.schema.safeParse({ kind: kind.name, nosuch: 1 }).success).toBe(false);
      const { settings, words } = sample.contradiction;
      const monitor = { name: 'any', ...kind.schema.parse({ kind: kind.name, ...settings }) };
      const faults = kind.faults(monitor, watched.model);
      expect(faults.map((fault) => fault.words).join('; ')).toMatch(words);
      for (const { key } of faults) if (key) expect(kind.keys).toContain(key);
    });

    it('opens for a version without a reference only if it needs none', async () => {
      const { monitor, needs } = watchedWorld(kind, sample.settings);
      const opened = await kind.open({ ...watched, version: 9 }, monitor, needs);
      expect(opened !== undefined).toBe(sample.withoutReference === 'opens');
    });

    it('finds nothing in data like the training data', async () => {
      const { pass } = await open();
      for (let n = 0; n < 3; n += 1)
        expect(await pass(plainRows(400))).toMatchObject({ status: 'ok', signals: [] });
    });

    it.skipIf(sample.fewRows)(
      'reports insufficient data for too few rows, which neither confirms nor clears',
      async () => {
        const { pass } = await open();
        const few = () => pass(sample.spoil(plainRows(10)));
        for (let n = 0; n < 3; n += 1)
          expect(await few()).toMatchObject({ status: 'insufficient data', over: false });
        await pass(sample.spoil(plainRows(400)));
        await few();
        expect((await pass(sample.spoil(plainRows(400)))).status).toBe('alert');
        for (let n = 0; n < 4; n += 1) expect((await few()).over).toBe(false);
      },
    );

    it('alerts when a problem persists, and resolves when it is gone for as long', async () => {
      const { pass } = await open();
      await pass(plainRows(400));
      expect((await pass(sample.spoil(plainRows(400)))).status).toBe('ok');
      const raised = await pass(sample.spoil(plainRows(400)));
      expect(raised).toMatchObject({ status: 'alert', over: false });
      expect(raised.signals).not.toEqual([]);
      const after = [];
      for (let n = 0; n < 3; n += 1) after.push(await pass(plainRows(400)));
      expect(after.map(({ over }) => over)).toEqual([false, false, true]);
    });

    it('ignores what another kind stored under its name', async () => {
      const { pass, history } = await open();
      const at = { from: new Date(0), to: new Date(1) };
      history.push({ window: at, measured: { strange: true } }, { window: at, measured: null });
      expect(await pass(plainRows(400))).toMatchObject({ status: 'ok' });
    });

    it('renders the text and charts of an alert from data', async () => {
      const { pass, opened, history, monitor } = await open();
      for (let n = 0; n < 2; n += 1) await pass(plainRows(400));
      await pass(sample.spoil(plainRows(400)));
      const { evidence, signals } = await pass(sample.spoil(plainRows(400)));
      const [window] = history.slice(-1).map((latest) => latest.window);
      if (!window) throw new Error('no window');
      const report = kind.report(evidence, { ...about, window });
      for (const words of [report.title, report.over.title, report.again.title])
        expect(words).toMatch(/^\S.*\S$/);
      expect(report.summary).toContain(signals[0]?.split(' ')[0]);
      expect(report.table?.rows.length).toBeGreaterThan(0);
      for (const row of report.table?.rows ?? [])
        expect(row).toHaveLength(report.table?.columns.length ?? 0);
      expect(JSON.stringify(report)).not.toMatch(/undefined|NaN|\[object/);
      const charts = await opened.charts(evidence, history);
      expect(charts.length).toBeGreaterThan(0);
      for (const chart of charts)
        if (chart.kind === 'histogram') readHistogram(chart);
        else readTimeline(chart);
      const latest = history.at(-1);
      expect(latest && kind.gist(latest.measured, monitor)).toMatch(/\d/);
      const traces = latest ? kind.traces(latest.measured, monitor) : [];
      expect(traces.length).toBeGreaterThan(0);
      for (const { subject, title, name, value } of traces) {
        for (const words of [subject, title, name]) expect(words).not.toBe('');
        expect(value).toSatisfy(Number.isFinite);
      }
      const lines = traces.map(({ subject, name }) => `${subject}/${name}`);
      expect(new Set(lines).size).toBe(lines.length);
    });

    it('still renders an alert that it cannot read', () => {
      const window = { from: new Date(0), to: new Date(1) };
      for (const evidence of [null, 'gone', { signals: 7, columns: 7 }]) {
        const report = kind.report(evidence, { ...about, window });
        expect(report.title).toContain('flights');
        expect(report.summary).not.toBe('');
      }
      const { monitor } = watchedWorld(kind, sample.settings);
      expect(kind.gist(null, monitor)).toBeUndefined();
      expect(kind.traces(null, monitor)).toEqual([]);
    });
  });
}
