import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FindingList, ModelBoard, ModelList, RunList } from '../../src/core/board.ts';
import { NotFound } from '../../src/core/errors.ts';
import { toJson } from '../../src/core/json.ts';
import type { ModelSpec, MonitorSpec } from '../../src/core/model.ts';
import type { Finding } from '../../src/core/ports/alerts.ts';
import { kindOf } from '../../src/monitoring/kinds/index.ts';
import { createReplies } from '../../src/outbox/replies.ts';
import type { HttpAdapters } from '../../src/platforms/http/adapters.ts';
import { createBoard } from '../../src/wiring/board/index.ts';
import type { BoardParts } from '../../src/wiring/board/parts.ts';
import { scriptedDispatch } from '../fakes/dispatch.ts';
import { memoryChatLog } from '../fakes/memory-chat-log.ts';
import { makeAdapters, TOKEN } from '../platforms/terminal/open-adapters.ts';
import { onlyFlights, openLibrary } from '../registry/server.ts';

const library = await openLibrary();
afterAll(() => library.close());
const { clock, registry } = library;

const DAY_MS = 86_400_000;
const FIRST = Date.parse('2001-02-01T00:00:00Z');
const monitor = (name: string, kind: string): MonitorSpec => ({
  name,
  ...kindOf(kind).schema.parse({ kind, window_hours: 24 }),
});
const spec = (name: string): ModelSpec => ({
  ...onlyFlights.get('flights'),
  ...{ name, summary: `${name} that are late` },
  monitors: [
    monitor('drift', 'drift'),
    monitor('auc', 'performance'),
    monitor('guess', 'estimated'),
  ],
});
const MODELS = Array.from({ length: 100 }, (_, at) => spec(at === 0 ? 'flights' : `model-${at}`));

const parts: BoardParts = {
  ...registry,
  clock,
  models: {
    list: () => MODELS,
    get(name) {
      const found = MODELS.find((one) => one.name === name);
      if (found) return found;
      throw new NotFound(`There is no model "${name}".`);
    },
  },
  environments: {
    first: 'production',
    list: () => ['production', 'staging'],
    get(name = 'production') {
      if (['production', 'staging'].includes(name)) return name;
      throw new NotFound(`There is no environment "${name}".`);
    },
  },
  profiles: {
    watermark: async () => new Date(FIRST + 20 * DAY_MS),
    newest: async () => undefined,
    buckets: async () => [],
    within: async () => [],
  },
  replies: createReplies(registry.outbox, async () => {}),
};

const column = (name: string, psi: number) => ({
  ...{ name, rows: 900, values: 900, constant: false, shares: [] },
  distances: {
    ...{ psi, jensenShannon: psi, hellinger: psi, totalVariation: psi, largestChange: psi },
    p: 0.5,
  },
});
const detailOf: Record<string, (at: number) => unknown> = {
  drift: (at) => ({ rows: 900, features: [column('distance', at / 100)], predictions: [] }),
  auc: (at) => ({
    ...{ rows: 900, labelled: 800, positives: 300, slices: [] },
    metrics: [{ name: 'auc', words: 'AUC', value: 0.7 - at / 1000, evaluated: 0.71 }],
  }),
  guess: (at) => ({
    rows: 900,
    metrics: [{ name: 'auc', words: 'AUC', value: 0.71 - at / 1000, error: 0.01, evaluated: 0.71 }],
  }),
};
function finding(name: string, at: number, version: number): Finding {
  const window = { from: new Date(FIRST + at * DAY_MS), to: new Date(FIRST + (at + 1) * DAY_MS) };
  return {
    ...{ monitor: `flights/${name}`, environment: 'production', version, window },
    ...{ status: 'ok', signals: [], detail: toJson(detailOf[name]?.(at)), at: clock.now() },
  };
}

const order = (id: string, version: number) => ({
  ...{ id, model: 'flights', version, environment: 'production', artifact: 'a' },
  ...{ by: 'ada', reason: 'better', approval: 'approval-1' },
});

describe('the board', () => {
  let adapters: HttpAdapters;
  let get: (path: string, headers?: Record<string, string>) => Promise<Response>;
  const closers: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    await registry.deployments.deploy(order('d1', 1));
    await registry.deployments.deploy(order('d2', 2));
    for (const name of ['drift', 'auc', 'guess'])
      for (let at = 0; at < 8; at += 1)
        await registry.findings.add(finding(name, at, at < 5 ? 1 : 2));
    await registry.alerts.raise({
      ...{ id: 'alert-1', model: 'flights', environment: 'production', monitor: 'auc' },
      ...{ kind: 'performance', version: 2, severity: 'alert', grade: 'harm', evidence: null },
      ...{ window: finding('auc', 6, 2).window, signals: ['AUC'], sizes: [1], pictures: [] },
    });
    await registry.approvals.request({
      ...{ id: 'approval-9', model: 'flights', version: 3, environment: 'production' },
      ...{ requestedBy: 'ada', needed: 2 },
    });
    const place = { platform: 'web', channel: 'flights' };
    const state = { card: { title: '?', tone: 'note' }, outcome: 'pending', data: null } as const;
    await parts.replies.open('approval:approval-9', place, state);
    const [copy] = await registry.outbox.copies('approval:approval-9');
    if (copy) await registry.outbox.markDelivered(copy, 'post-77', 1);
    for (let at = 0; at < 30; at += 1) {
      clock.forward(60);
      const run = await registry.runs.create({
        ...{ id: `run-${String(at).padStart(2, '0')}`, kind: 'train', model: 'flights' },
        ...{ parameters: {}, window: finding('auc', 0, 1).window, versions: [] },
        requestedBy: at % 2 ? 'ada' : 'bob',
      });
      await registry.runs.begin(run.id);
      clock.forward((at * 7) % 30);
      await registry.runs.finish(run.id, {
        status: 'succeeded',
        result: { large: 'x'.repeat(99) },
      });
    }
    adapters = makeAdapters(memoryChatLog(), { board: createBoard(parts) });
    await adapters.start(scriptedDispatch({}));
    get = (path, headers = {}) =>
      fetch(`${adapters.url()}/api/${path}`, {
        headers: { authorization: `Bearer ${TOKEN}`, ...headers },
      });
  });
  afterAll(() => adapters.stop());
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  const answer = async (path: string): Promise<unknown> => (await get(path)).json();

  it('lists all models, with what is live where and what waits', async () => {
    const { models, next } = ModelList.parse(await answer('models?limit=2'));
    expect(models).toHaveLength(2);
    expect(models[0]).toMatchObject({
      ...{ model: 'flights', task: 'binary' },
      endpoints: [
        {
          ...{ environment: 'production', live: { version: 2, by: 'ada' }, outOfService: false },
          ...{ openAlerts: 1, harm: 1, openApprovals: 1 },
        },
        { environment: 'staging', live: null, openAlerts: 0, openApprovals: 0 },
      ],
    });
    expect(next).toBe('model-1');
    const rest = ModelList.parse(await answer(`models?after=${next}&limit=200`));
    expect(rest.models.map(({ model }) => model)).toEqual(MODELS.slice(2).map(({ name }) => name));
    expect(rest.next).toBeNull();
  });

  it('shows one model: performance measured and estimated in one chart, drift by column', async () => {
    const board = ModelBoard.parse(await answer('models/flights?windows=6'));
    expect(board).toMatchObject({
      ...{ live: { version: 2 }, previous: 1, environments: ['production', 'staging'] },
      newestPrediction: '2001-02-21T00:00:00.000Z',
      approvals: [
        {
          ...{ id: 'approval-9', version: 3, status: 'checking', approvals: 0, needed: 2 },
          message: { channel: 'flights', post: 'post-77' },
        },
      ],
      alerts: [{ id: 'alert-1', grade: 'harm', status: 'open', message: null }],
    });
    const [chart, ...others] = board.charts;
    expect(others).toEqual([]);
    expect(chart).toMatchObject({ subject: 'auc', title: 'AUC' });
    expect(
      chart?.series.map(({ name, monitor, points }) => [name, monitor, points.length]),
    ).toEqual([
      ['measured', 'auc', 6],
      ['estimated', 'guess', 6],
    ]);
    expect(chart?.series[1]?.points[0]).toMatchObject({ version: 1, value: 0.708 });
    expect(board.heatMaps).toMatchObject([
      { subject: 'psi', monitor: 'drift', rows: [{ name: 'distance' }] },
    ]);
    expect(board.heatMaps[0]?.rows[0]?.values).toEqual([0.02, 0.03, 0.04, 0.05, 0.06, 0.07]);
    // At the time of the chart, not that of the switch.
    expect(board.events).toEqual([
      { at: '2001-02-06T00:00:00.000Z', what: 'deployment', words: 'v2 live' },
      { at: '2001-02-08T00:00:00.000Z', what: 'alert', words: 'auc alert' },
    ]);
    expect(board.runs).toHaveLength(30);
    expect(JSON.stringify(board)).not.toContain('xxx');
  });

  it('shows a model that nothing is known of yet', async () => {
    const board = ModelBoard.parse(await answer('models/model-7?in=staging'));
    expect(board).toMatchObject({
      ...{ environment: 'staging', live: null, previous: null },
      ...{ charts: [], heatMaps: [], events: [], runs: [], alerts: [], approvals: [] },
    });
    expect(board.monitors.map(({ newest }) => newest)).toEqual([null, null, null]);
  });

  it('shows how its versions are delivered, again at once after a change', async () => {
    const delivery = async (path: string) => ModelBoard.parse(await answer(path)).delivery;
    expect(await delivery('models/flights')).toEqual({
      days: 84,
      figures: [
        { label: 'Lead time from training', value: null, detail: 'no cases' },
        { label: 'Deployments', value: '2', detail: '0.2 a week' },
        { label: 'Rolled back', value: '0%', detail: '0 of 2' },
        { label: 'Time to restore', value: null, detail: 'no cases' },
        { label: 'Time to approve', value: null, detail: 'no cases' },
      ],
    });
    expect(await delivery('models/flights?in=staging')).toBeNull();
    await registry.deployments.deploy({ ...order('s1', 1), environment: 'staging' });
    clock.forward(2);
    expect(await delivery('models/flights?in=staging')).toMatchObject({
      figures: [{}, { label: 'Deployments', value: '1' }, {}, {}, {}],
    });
    const reason = { by: 'ada', reason: 'worse', deployment: 's1' };
    await registry.deployments.undeploy({ ...reason, model: 'flights', environment: 'staging' });
    clock.forward(2);
    expect(await delivery('models/flights?in=staging')).toMatchObject({
      figures: [{}, {}, { label: 'Rolled back', value: '100%', detail: '1 of 1' }, {}, {}],
    });
  });

  it('sorts and pages runs', async () => {
    const page = async (query: string) =>
      RunList.parse(await answer(`runs?model=flights&${query}`));
    const { runs, total } = await page('sort=duration&limit=30');
    expect(total).toBe(30);
    const seconds = runs.map((run) => run.seconds ?? -1);
    expect(seconds).toEqual(seconds.toSorted((a, b) => b - a));
    expect(new Set(seconds).size).toBeGreaterThan(5);
    const first = await page('order=ascending&limit=2');
    const second = await page('order=ascending&limit=2&offset=2');
    expect([...first.runs, ...second.runs].map(({ id }) => id)).toEqual([
      'run-00',
      'run-01',
      'run-02',
      'run-03',
    ]);
    expect((await page('status=failed')).runs).toEqual([]);
  });

  it('pages findings without missing one', async () => {
    // Two versions answered in one window.
    await registry.findings.add(finding('auc', 4, 2));
    const seen: string[] = [];
    let before = '';
    for (let page = 0; page < 10; page += 1) {
      const query = `model=flights&monitor=auc&limit=3${before && `&before=${before}`}`;
      const { findings, next } = FindingList.parse(await answer(`findings?${query}`));
      seen.push(...findings.map(({ window, version }) => `${window.from} v${version}`));
      if (next === null) break;
      before = next;
    }
    expect(new Set(seen).size).toBe(9);
    expect(seen).toHaveLength(9);
  });

  it('sends nothing again to whoever has it', async () => {
    const first = await get('models/flights');
    const tag = first.headers.get('etag') ?? '';
    expect(tag).toMatch(/^"[\w-]{27}"$/);
    const again = await get('models/flights', { 'if-none-match': tag });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await get('models/flights?windows=3', { 'if-none-match': tag })).status).toBe(200);
  });

  it.each([
    ['models/nosuch', 404],
    ['models/flights?in=nosuch', 404],
    ['models/flights?windows=9999', 400],
    ['models/flights?nosuch=1', 400],
    ['models?after=nosuch', 404],
    ['runs?sort=nosuch', 400],
    ['runs?limit=0', 400],
    ['runs?model=nosuch', 404],
    ['findings?model=flights', 400],
    ['findings?model=flights&monitor=nosuch', 404],
    ['findings?model=flights&monitor=auc&before=soon', 400],
    ['models?as=mallory', 403],
  ])('answers %s with %i and one line', async (path, status) => {
    const response = await get(path);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error: expect.stringMatching(/^\S[^\n]*\.$/) });
  });

  it('needs the session, and a role that still exists', async () => {
    expect((await get('models', { authorization: 'Bearer wrong' })).status).toBe(401);
    const nobody = { of: () => undefined, byId: () => undefined, atLeast: () => [] };
    const left = { id: 'eve', name: 'Eve', role: 'viewer', on: [] } as const;
    const others = makeAdapters(memoryChatLog(), { people: nobody, identities: left });
    closers.push(() => others.stop());
    await others.start(scriptedDispatch({}));
    for (const path of ['models', 'models/flights', 'runs', 'findings?model=flights&monitor=auc']) {
      const response = await fetch(`${others.url()}/api/${path}`, {
        headers: { authorization: `Bearer ${TOKEN}` },
      });
      expect([path, response.status]).toEqual([path, 403]);
    }
  });

  it('asks as much of the registry for a hundred models as for one, and once for many pages', async () => {
    const calls: string[] = [];
    const counting = <T extends object>(port: T): T =>
      new Proxy(port, {
        get(target, name, receiver) {
          const found: unknown = Reflect.get(target, name, receiver);
          if (typeof found !== 'function') return found;
          return (...given: unknown[]) => {
            calls.push(String(name));
            return Reflect.apply(found, target, given);
          };
        },
      });
    const { deployments, alerts, approvals, findings } = parts;
    const counted = {
      ...{ deployments: counting(deployments), alerts: counting(alerts) },
      ...{ approvals: counting(approvals), findings: counting(findings) },
    };
    const board = createBoard({ ...parts, ...counted });
    const page = { limit: 200 };
    await Promise.all(Array.from({ length: 20 }, () => board.models(page)));
    expect(calls.toSorted()).toEqual(['allLive', 'allOutOfService', 'list', 'list']);
    clock.forward(2);
    await board.models(page);
    expect(calls).toHaveLength(8);
  });
});
