import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSettings } from '../../config/settings.ts';
import { runBacktest } from '../../src/wiring/backtest/index.ts';
import { ARRIVAL } from '../../src/wiring/samples/data.ts';
import { openLibrary } from '../registry/server.ts';

const day = (n: number) => new Date(Date.UTC(2001, 3, n));
const windowOf = (n: number) => ({ from: day(n), to: day(n + 1) });
const ABOUT = { model: 'flights', environment: 'production' };
const POLICY = `
monitors:
  data: { kind: quality, window_hours: 24, null_share: 0.05, need: 1, of: 1 }
gates:
  - { metric: auc, min: 0.69 }
`;

let library: Awaited<ReturnType<typeof openLibrary>>;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'wheelhouse-backtest-'));
  await writeFile(join(dir, 'policy.yaml'), POLICY);
  library = await openLibrary();
  const { findings, alerts, approvals, versions } = library.registry;
  // Nulls from 5 April; the alarm came on the 8th, when there were more.
  for (let n = 1; n <= 10; n += 1) {
    const share = n < 5 ? 0 : n < 8 ? 0.15 : 0.6;
    await findings.add({
      ...{ monitor: 'flights/data', environment: 'production', version: 1, window: windowOf(n) },
      ...{ status: n < 8 ? 'ok' : 'alert', signals: n < 8 ? [] : ['distance null'] },
      detail: {
        rows: 1000,
        columns: [
          {
            ...{ name: 'distance', rows: 1000, min: 0, max: 1 },
            checks: [{ name: 'null', reference: 0, window: share, p: share > 0 ? 1e-9 : 1 }],
          },
        ],
        ...{ unknown: [], gone: [], volume: { rows: 0, earlier: [] } },
      },
      at: library.clock.now(),
    });
  }
  await alerts.raise({
    ...{ ...ABOUT, id: 'alert-1', monitor: 'data', kind: 'quality', version: 1 },
    ...{ severity: 'alert', grade: 'inform', window: windowOf(8), signals: ['distance null'] },
    ...{ sizes: [0.6], evidence: {}, pictures: [] },
  });
  const evaluated = { from: day(1), to: day(15) };
  for (const [n, auc] of [
    [1, 0.7],
    [2, 0.68],
  ] as const) {
    const version = await versions.register({
      ...{ model: 'flights', run: `run-${n}`, artifact: { sha256: 'a'.repeat(64), bytes: 1 } },
      dataset: { window: evaluated, sha256: 'd', rows: 1000 },
      ...{ parameters: {}, code: { revision: 'r', dirty: false }, runtime: {}, reported: {} },
      createdBy: 'dev',
    });
    await versions.addEvaluation({
      ...{ version: version.id, metrics: { auc }, reference: 'f'.repeat(64) },
      dataset: { window: evaluated, sha256: 'e', rows: 1000 },
      at: library.clock.now(),
    });
    const id = `approval-${n}`;
    await approvals.request({ ...ABOUT, id, version: n, requestedBy: 'dev', needed: 1 });
    const gates = [{ name: 'Smoke test', passed: true, words: 'It answers.' }];
    const evidence = { artifact: 'a'.repeat(64), gates, metrics: { auc }, digest: 'x' };
    await approvals.open(id, evidence, day(20));
  }
});
afterAll(async () => {
  await library?.close();
  await rm(dir, { recursive: true, force: true });
});

async function backtest(...words: string[]): Promise<string> {
  let text = '';
  const settings = readSettings({
    MONGODB_URI: library.uri,
    WHEELHOUSE_WORKSPACE: 'examples/flights',
  });
  const write = (more: string) => {
    text += more;
  };
  await runBacktest(words, { write }, settings);
  return text;
}

describe('wheelhouse backtest', () => {
  it('says which alarms would have come when, and which versions would have been refused', async () => {
    const text = await backtest('flights', '--policy', join(dir, 'policy.yaml'));
    expect(text.split('\n')).toEqual([
      `flights in production, under ${join(dir, 'policy.yaml')}`,
      '',
      'data: 1 alarm, as it was, in 10 windows',
      '  6 Apr 2001, v1 (distance null): 3 days earlier',
      '',
      'gates: 1 of 2 requests refused instead of 0',
      '  v2 refused (was open; approval-2): AUC is 0.68, too low: it must be at least 0.69.',
      '',
    ]);
  });

  it('has the same in JSON, and starts at the given time', async () => {
    const words = ['flights', '--policy', join(dir, 'policy.yaml'), '--json'];
    expect(JSON.parse(await backtest(...words))).toMatchObject({
      ...{ model: 'flights', environment: 'production' },
      monitors: [{ monitor: 'data', judged: 10, was: [{ version: 1 }], would: [{ windows: 6 }] }],
      gates: [
        { version: 1, was: 'open', would: 'passes', failed: [] },
        { version: 2, would: 'refused' },
      ],
    });
    const later = JSON.parse(await backtest(...words, '--since', '2001-04-07'));
    expect(later.monitors).toMatchObject([{ was: [{ version: 1 }], would: [] }]);
  });

  it('says what another retraining policy would have started', async () => {
    const { arrivals, runs } = library.registry;
    library.clock.forward(60);
    const at = library.clock.now();
    await arrivals.add({
      ...ARRIVAL,
      rows: 12_400,
      checks: [],
      status: 'accepted',
      at,
      acceptedAt: at,
    });
    const trigger = {
      ...({ on: 'schedule', key: 'k', since: 1, minGain: 0, result: 'propose' } as const),
      ...{ spent: { trainings: 0, minutes: 0 }, budget: { trainings: 3 } },
    };
    for (const id of ['run-a', 'run-b'])
      await runs.create({
        ...{ id, kind: 'train', model: 'flights', parameters: {}, versions: [], trigger },
        ...{ window: windowOf(1), requestedBy: 'dev' },
      });
    const file = join(dir, 'retrain.yaml');
    await writeFile(file, 'retrain: { owner: dev, on: { data: { rows: 10000 } } }');
    const lines = (await backtest('flights', '--policy', file)).split('\n');
    expect(lines.slice(-3)).toEqual([
      expect.stringMatching(
        /^retraining: 1 training instead of 2, the first on .* UTC, about 0 min of training instead of 0$/,
      ),
      expect.stringMatching(/: 12,400 new rows since v2 \(threshold 10,000\)$/),
      '',
    ]);
  });

  it('judges by the settings of the workspace where no policy is named', async () => {
    const text = await backtest('flights');
    expect(text).toContain('flights in production, under the settings of the workspace');
    // Nothing is stored for its monitor.
    expect(text).toContain('drift: 0 alarms, as it was, in 0 windows');
  });

  it.each([
    [['flights', '--policy', 'nowhere.yaml'], /Reading the policy: ENOENT/],
    [['flight'], /There is no model "flight"\. Did you mean/],
    [['flights', '--in', 'stagin'], /There is no environment "stagin"/],
    [['flights', '--since', 'April'], /"--since April": expected a date such as 2001-02-15/],
    [[], /Which model\?/],
  ])('refuses %j in a line', async (words, message) => {
    await expect(backtest(...words)).rejects.toThrow(message);
  });

  it.each([
    ['owner: me', /has the key "owner"/],
    ['gates: [{ metric: acu, min: 0.5 }]', /broken\.yaml.*\n.*"acu" is not a metric/],
    ['', /changes nothing/],
    ['monitors: [', /Reading the policy/],
  ])('refuses the policy %j, naming what is wrong', async (text, message) => {
    const file = join(dir, 'broken.yaml');
    await writeFile(file, text);
    await expect(backtest('flights', '--policy', file)).rejects.toThrow(message);
  });
});
