import { readdir } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { playsLong } from '../../sweep.ts';
import { eventually } from '../eventually.ts';
import { type Apart, startApart } from './roles.ts';

/** Drift of the features, and labels that say that the answers became wrong. */
const MODELS = `
models:
  flights:
    summary: Late flights
    channel: flights
    features: { distance: number, carrier: category }
    label: late
    dataset: [node, dataset.mjs]
    train: [sh, train.sh]
    parameters: { quality: { type: string, default: strong, summary: Which model is made } }
    training: { from: 2001-01-01, to: 2001-02-01, timeout_minutes: 1 }
    evaluation: { days: 14, primary: [auc], margin: 0.05 }
    gates: [{ metric: auc, min: 0.65 }, { compare: champion, metric: auc, require: not worse, margin: 0.05 }]
    approval: { needed: 1, undo_seconds: 0, receipts: false }
    monitors:
      drift: { kind: drift, window_hours: 24, min_rows: 50, need: 1, of: 1, schedule: '*/2 * * * * *' }
      labels: { kind: performance, window_hours: 24, min_rows: 50, loss: accuracy, schedule: '*/2 * * * * *' }
`;

const ENDPOINT = { model: 'flights', environment: 'production' };
const DAY_MS = 86_400_000;
const FIRST_DAY = Date.parse('2001-03-01');
const DAYS = 8;
const A_DAY = 240;
/** A monitor starts in about a second, and looks every two. */
const KILL_EVERY_MS = 4000;

describe.runIf(playsLong('no shared disk'))('the story with no shared disk', () => {
  let apart: Apart;
  const run = (as: string, ...words: string[]) => apart.run(as, ...words);
  const soon = <T>(what: string, look: () => Promise<T | undefined | false>) =>
    eventually(what, look, { within: 60_000, scene: apart.scene });

  beforeAll(async () => {
    apart = await startApart(MODELS);
    await apart.ready();
  });
  afterAll(() => apart?.stop(), 60_000);

  const post = async (gateway: string, path: string, body: object) => {
    const answer = await fetch(`${gateway}/v2/models/flights/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };

  /** Waits until every gateway reports that version, each from its own copy of the model. */
  const answers = (version: number) =>
    soon(`v${version} answers at all gateways`, async () => {
      const live = await Promise.all(
        apart.gateways.map(async (gateway) =>
          (await fetch(`${gateway}/v2/models/flights/live`)).text(),
        ),
      );
      return live.every((text) => Live.safeParse(JSON.parse(text)).data?.version === version);
    });

  /** Trains one, waits until it is evaluated, requests it, and another person approves. */
  async function release(version: number, quality: string): Promise<void> {
    const trained = await run('dev', 'train', 'flights', `quality=${quality}`);
    const [id = ''] = /run-[a-z0-9]+/.exec(trained) ?? [];
    // A worker wrote it, the bot shows it.
    await soon('the log of the run', async () =>
      (await run('dev', 'logs', id)).includes(`training with ${quality}`),
    );
    const evaluation = () => apart.registry.versions.evaluation(`flights@${version}`);
    await soon(`version ${version} is evaluated`, evaluation);
    await run('dev', 'promote', 'flights', String(version));
    const open = await soon('the request is open', async () =>
      (await apart.registry.approvals.list({ limit: 10 })).find(({ status }) => status === 'open'),
    );
    await run('lead', 'approve', open.id);
    await answers(version);
  }

  it('trains a version, takes it through gates and a vote, and serves it', async () => {
    await release(1, 'strong');
  });

  it('compares a second version with it, and serves that', async () => {
    await release(2, 'twin');
    const [request] = await apart.registry.approvals.list({ limit: 1 });
    expect(request?.evidence?.champion).toBe(1);
    expect(request?.evidence?.comparison).toBeDefined();
  });

  it('watches what the gateways have answered, and alerts, while its monitors are killed in turn', async () => {
    const rage = killing(apart, ['monitor-a', 'monitor-b']);
    onTestFinished(async () => void (await rage.end()));
    for (let day = 0; day < DAYS; day += 1) {
      const start = FIRST_DAY + day * DAY_MS;
      const rows = Array.from({ length: A_DAY }, (_, row) => day * A_DAY + row);
      const tensor = { shape: [A_DAY, 1] };
      await post(apart.gateways[day % 2] ?? '', 'infer', {
        inputs: [
          { ...tensor, name: 'distance', datatype: 'FP32', data: rows.map(distanceOf) },
          { ...tensor, name: 'carrier', datatype: 'BYTES', data: rows.map(() => 'AA') },
        ],
        parameters: {
          ids: rows.map((row) => `row-${row}`),
          times: rows.map((_, at) => new Date(start + (at * DAY_MS) / A_DAY).toISOString()),
        },
      });
    }
    // At the other gateway, which has not seen these rows. Long flights were late; now short ones are.
    for (let day = 0; day < DAYS; day += 1)
      await post(apart.gateways[(day + 1) % 2] ?? '', 'labels', {
        labels: Array.from({ length: A_DAY }, (_, at) => day * A_DAY + at).map((row) => ({
          ...{ id: `row-${row}`, label: Number(distanceOf(row) < 1000) },
        })),
      });
    const counted = async () => {
      const buckets = await apart.registry.profiles.buckets(ENDPOINT, new Date('2001-01-01'));
      return buckets.reduce((sum, bucket) => sum + bucket.rows, 0);
    };
    await soon(
      'the monitors have counted the predictions of both gateways',
      async () => (await counted()) >= DAYS * A_DAY,
    );
    const found = await soon('the alert of both monitors', async () => {
      const alerts = await apart.registry.alerts.list({ ...ENDPOINT, limit: 10 });
      const kinds = alerts.flatMap(({ parts }) => parts.map(({ kind }) => kind));
      return ['drift', 'performance'].every((kind) => kinds.includes(kind)) && alerts;
    });
    expect(await rage.end()).toBeGreaterThan(1);
    expect(await counted()).toBe(DAYS * A_DAY);
    const opened = await apart.registry.audit.list({ action: 'alert.open' });
    expect(opened.map(({ subject }) => subject).toSorted()).toEqual(
      found.map(({ id }) => id).toSorted(),
    );
    for (const kind of ['drift', 'performance'])
      expect(found.filter(({ parts }) => parts.some((part) => part.kind === kind))).toHaveLength(1);
    for (const { id, version } of found) {
      expect(version).toBe(2);
      expect(await run('dev', 'why', id)).toContain(id);
    }
  });

  it('rolls back, and both gateways follow', async () => {
    await run(
      'dev',
      'rollback',
      'flights',
      '--from',
      'v2',
      '--reason',
      'short flights are late now',
    );
    await answers(1);
    const rolledBack = await apart.registry.audit.list({ action: 'deployment.rollback' });
    expect(rolledBack).toHaveLength(1);
    await soon('the alert is about v1', async () => {
      const alerts = await apart.registry.alerts.list({ ...ENDPOINT, limit: 10 });
      return alerts.length > 0 && alerts.every(({ version }) => version === 1);
    });
  });

  it('left what is shared in the bucket, and nothing else in the folders', async () => {
    for (const role of apart.roles)
      expect(await readdir(apart.homeOf(role))).not.toContain('artifacts');
    expect(await readdir(`${apart.homeOf('monitor-a')}/shared/predictions`)).toContain(
      'flights@production',
    );
    const names = ['versions', 'evaluations', 'shared_files'];
    expect(await apart.runElsewhere('storage')).toMatchObject({
      usedBy: expect.arrayContaining(names.map((name) => expect.objectContaining({ name }))),
    });
  }, 60_000);
});

/** Kills one after the other, each when the one before has had time to start again. */
function killing(apart: Apart, roles: Parameters<Apart['replace']>[0][]) {
  let ended = false;
  let kills = 0;
  const over = (async () => {
    while (!ended) {
      const role = roles[kills % roles.length];
      if (role) await apart.replace(role);
      kills += 1;
      await wait(KILL_EVERY_MS);
    }
  })();
  return {
    /** @returns how many there were */
    async end(): Promise<number> {
      ended = true;
      await over;
      return kills;
    },
  };
}

const Live = z.object({ version: z.number() });

/** Longer than those in training, which are 0 to 2000. */
const distanceOf = (row: number): number => 500 + ((row * 7919) % 2000);
