import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { openDesk } from './desk.ts';

/* Two environments, in which people hold different roles. */
const WORKSPACE = {
  name: 'Two',
  environments: {
    production: {},
    staging: { channel: 'try', approval: { needed: 1, expires_hours: 2 } },
  },
  channels: { flights: {}, try: {} },
  people: {
    dev: { name: 'Dev', role: 'viewer', roles: { staging: 'operator' } },
    tess: { name: 'Tess', role: 'viewer', roles: { staging: 'approver' } },
    lead: { name: 'Lead', role: 'approver', roles: { staging: 'viewer' } },
    ops: { name: 'Ops', role: 'admin' },
  },
  models: {
    flights: {
      channel: 'flights',
      features: { distance: 'number' },
      label: 'late',
      dataset: ['true'],
      train: ['true'],
      training: { from: '2001-01-01', to: '2001-02-01' },
      approval: { needed: 2 },
      monitors: { drift: {} },
    },
  },
};

let folder: string;
let desk: Awaited<ReturnType<typeof openDesk>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wheelhouse-two-'));
  await writeFile(join(folder, 'wheelhouse.yaml'), stringify(WORKSPACE));
  desk = await openDesk(folder);
  await desk.addVersion('run-1');
  await desk.addVersion('run-2');
  await desk.addVersion('run-3');
  await desk.goLive(1, 'a'.repeat(64));
  for (const version of [1, 2]) await desk.goLive(version, 'b'.repeat(64), 'staging');
});
afterAll(async () => {
  await desk.close();
  await rm(folder, { recursive: true });
});

const title = async (user: string, line: string) => (await desk.say(user, line)).card.title;
const texts = async (user: string, line: string) =>
  JSON.stringify((await desk.say(user, line)).card);

describe('roles in environments', () => {
  it('are checked in the environment that the command affects', async () => {
    expect(await texts('dev', 'promote flights 3')).toContain(
      '/promote requires the operator role in production; Dev is viewer',
    );
    expect(await texts('dev', 'promote flights 3 --to production')).toContain('Ask Lead or Ops.');
    const asked = await desk.say('dev', 'promote flights 3 --to staging');
    expect(asked.data).toMatchObject({ approval: { environment: 'staging', needed: 1 } });
    expect(asked.alsoAt).toEqual([{ platform: 'web', channel: 'try' }]);
    expect(await texts('dev', 'rollback flights')).toContain(
      'requires the operator role in production',
    );
    expect(await texts('lead', 'rollback flights --in staging')).toContain(
      'requires the operator role in staging; Lead is viewer',
    );
    // What concerns no environment requires the general role.
    expect(await texts('dev', 'train flights')).toContain(
      '/train requires the operator role; Dev is',
    );
    expect(await title('dev', 'rollback flights --in staging')).toContain(
      'from v2 to v1 in staging',
    );
  });

  it('decide whose vote counts', async () => {
    const { id } = await desk.registry.approvals.request({
      ...{ id: 'approval-1', model: 'flights', version: 2, environment: 'staging' },
      ...{ requestedBy: 'dev', needed: 1 },
    });
    const evidence = { artifact: 'a', gates: [], metrics: {}, digest: 'e', champion: 2 };
    await desk.registry.approvals.open(id, evidence, desk.clock.forward(3600));
    desk.clock.forward(-3600);
    expect((await desk.say('tess', 'approvals')).data).toMatchObject({ waiting: [id] });
    expect((await desk.say('lead', 'approvals')).data).toMatchObject({ waiting: [] });
    expect(await texts('tess', 'approvals')).toContain('flights v2 for staging');
    expect(await texts('lead', `approve ${id}`)).toContain(
      '/approve requires the approver role in staging; Lead is viewer',
    );
    expect(await title('tess', `approve ${id}`)).toContain('approved, deploying now');
    expect((await desk.registry.approvals.get(id)).status).toBe('approved');
  });

  it('are shown by /help and /status', async () => {
    expect(await texts('dev', 'help')).toContain('Your role: viewer (operator in staging)');
    expect(await texts('ops', 'help')).toContain('Your role: admin ·');
    expect(await texts('dev', 'status')).toContain('Your role: viewer (operator in staging)');
    expect(await texts('dev', 'status flights --in staging')).toContain('Your role here: operator');
  });
});

describe('commands with several environments', () => {
  it('/status has a row for each environment, and the details of one', async () => {
    const all = await desk.say('dev', 'status flights');
    expect(all.card.table?.columns.slice(0, 3)).toEqual(['Model', 'Environment', 'Live']);
    expect(all.card.table?.rows.map((row) => row.slice(0, 3))).toEqual([
      ['flights', 'production', 'v1'],
      ['flights', 'staging', 'v2'],
    ]);
    const one = await desk.say('dev', 'status flights --in staging');
    expect(one.card.title).toBe('flights in staging');
    expect(one.data).toMatchObject({ environment: 'staging', live: { version: 2 }, rollbackTo: 1 });
    await desk.say('ops', 'train flights');
    const running = await desk.registry.runs.create({
      ...{ id: 'run-now', kind: 'train', model: 'flights', parameters: {}, versions: [] },
      window: { from: new Date('2001-01-01'), to: new Date('2001-02-01') },
      requestedBy: 'dev',
    });
    await desk.registry.runs.begin(running.id);
    const busy = await desk.say('dev', 'status flights --in staging');
    expect(busy.card.facts).toContainEqual({ label: 'Runs', value: '1 running, 1 queued' });
    expect(busy.data).toMatchObject({
      running: [{ id: 'run-now' }],
      queued: [{ status: 'queued' }],
    });
    expect(await texts('dev', 'status flights --in prod')).toContain('no environment \\"prod\\"');
  });

  it('/models and /monitors say which environment is meant', async () => {
    const { card } = await desk.say('dev', 'models');
    expect(card.table?.columns.slice(0, 3)).toEqual(['Model', 'In production', 'In staging']);
    expect(card.table?.rows[0]?.slice(0, 3)).toEqual(['flights', 'v1', 'v2']);
    const versions = await texts('dev', 'models flights');
    expect(versions).toContain('v1 (champion in production)');
    expect(versions).toContain('v2 (champion in staging)');
    const monitors = await desk.say('dev', 'monitors');
    expect(monitors.card.table?.rows.map((row) => row.slice(0, 2))).toEqual([
      ['flights/drift', 'production'],
      ['flights/drift', 'staging'],
    ]);
    const one = await desk.say('dev', 'monitors --in staging');
    expect(one.card.table?.rows.map((row) => row.slice(0, 2))).toEqual([
      ['flights/drift', 'staging'],
    ]);
    expect(await texts('dev', 'monitors --in prod')).toContain('no environment \\"prod\\"');
  });

  it('/alerts --in lists those of one environment', async () => {
    for (const environment of ['production', 'staging'])
      await desk.registry.alerts.raise({
        ...{ id: `alert-${environment}`, model: 'flights', environment, version: 1 },
        ...{
          monitor: 'drift',
          kind: 'drift',
          severity: 'alert',
          grade: 'inform',
          ...{ signals: [], sizes: [], evidence: null },
          pictures: [],
        },
        window: { from: new Date(0), to: new Date(1) },
      });
    const listed = async (words: string) =>
      (await desk.say('dev', `alerts ${words}`)).card.table?.rows.map(([id]) => id).toSorted();
    expect(await listed('')).toEqual(['alert-production', 'alert-staging']);
    expect(await listed('--in staging')).toEqual(['alert-staging']);
    expect(await texts('dev', 'alerts --in prod')).toContain('no environment \\"prod\\"');
    // In a few words, with what it is called by.
    const { card } = await desk.say('dev', 'status flights --in staging');
    const open = card.facts?.find(({ label }) => label === 'Open alerts')?.value;
    expect(open).toMatch(/^[^.]+ \(alert-staging\)$/);
  });

  it('a champion is named by its environment', async () => {
    const asked = await desk.say('ops', 'promote flights champion@staging');
    expect(asked.data).toMatchObject({ approval: { version: 2, environment: 'production' } });
  });
});
