import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDesk } from './desk.ts';

/* v1 approved and live in production, then v2; v1 in staging; v2 rolled back; v1 undeployed. */

let desk: Awaited<ReturnType<typeof openDesk>>;
beforeAll(async () => {
  desk = await openDesk();
  Object.defineProperty(desk.world, 'environments', {
    value: { list: () => ['staging', 'production'], get: (name = 'staging') => name },
  });
  const { approvals, deployments } = desk.registry;
  for (const number of [1, 2]) await desk.addVersion(`run-${number}`);
  const place = { model: 'flights', environment: 'production' };
  for (const version of [1, 2]) {
    const approval = `approval-${version}`;
    const request = { id: approval, ...place, version, requestedBy: 'dev', needed: 1 };
    await approvals.request(request);
    const digest = String(version).repeat(64);
    const evidence = { artifact: 'a', gates: [], metrics: { auc: 0.6 + version / 100 }, digest };
    await approvals.open(approval, evidence, desk.clock.forward(3600));
    const vote = { person: 'lead', verdict: 'approve', at: desk.clock.now(), via: 'web' } as const;
    await approvals.vote(approval, vote);
    const order = { ...place, version, artifact: 'a', by: 'dev', reason: 'approved', approval };
    await deployments.deploy({ id: `deployment-${version}`, ...order });
    if (version === 1)
      await deployments.deploy({ id: 'deployment-s', ...order, environment: 'staging' });
    desk.clock.forward(3600);
  }
  await deployments.rollBack({
    ...{ id: 'deployment-back', ...place, by: 'ops', reason: 'worse', replaces: 'deployment-2' },
  });
  desk.clock.forward(3600);
  await deployments.undeploy({
    ...{ ...place, deployment: 'deployment-back', by: 'ops', reason: 'nonsense' },
  });
  desk.clock.forward(3600);
});
afterAll(() => desk.close());

// The clock began at nine on 1 March 2026.
describe('/history', () => {
  it('shows what was live when, by whom, on which evidence, in which environment', async () => {
    const { card } = await desk.say('dev', 'history flights');
    expect(card.table?.rows).toEqual([
      [
        ...['1 Mar 2026 13:00', '1 Mar 2026 14:00', 'production', 'v1', 'ops', 'none: a rollback'],
        'worse; taken out by ops: nonsense',
      ],
      [
        ...['1 Mar 2026 12:00', '1 Mar 2026 13:00', 'production', 'v2', 'dev'],
        ...[`AUC 0.620; approved by lead; evidence ${'2'.repeat(12)}`, 'approved'],
      ],
      [
        ...['1 Mar 2026 10:00', 'live', 'staging', 'v1', 'dev'],
        ...[`AUC 0.610; approved by lead; evidence ${'1'.repeat(12)}`, 'approved'],
      ],
      [
        ...['1 Mar 2026 10:00', '1 Mar 2026 12:00', 'production', 'v1', 'dev'],
        ...[`AUC 0.610; approved by lead; evidence ${'1'.repeat(12)}`, 'approved'],
      ],
    ]);
  });

  it('returns the complete evidence to programs, and as many results as requested', async () => {
    const { data } = await desk.say('dev', 'history flights --limit 2');
    expect(data).toMatchObject({
      history: [
        { version: 1, approval: null },
        { version: 2, approval: { id: 'approval-2', evidence: { digest: '2'.repeat(64) } } },
      ],
    });
  });

  it('refuses an unknown model', async () => {
    expect(await desk.say('dev', 'history flihgts')).toMatchObject({ fault: 'usage' });
  });
});

describe('/status --at', () => {
  const liveOn = async (time: string) => {
    const { card } = await desk.say('dev', `status flights --at "${time}"`);
    return Object.fromEntries((card.table?.rows ?? []).map((row) => [row[1], row[2]]));
  };

  it.each([
    ['2026-03-01 09:59', 'nothing', 'nothing'],
    ['2026-03-01 10:00', 'v1', 'v1'],
    ['2026-03-01 11:59', 'v1', 'v1'],
    ['2026-03-01T12:30', 'v1', 'v2'],
    ['2026-03-01 13:30:00Z', 'v1', 'v1'],
    ['2026-03-01 14:30', 'v1', 'nothing'],
  ])('at %s: %s in staging, %s in production', async (time, staging, production) => {
    expect(await liveOn(time)).toEqual({ staging, production });
  });

  it('shows by whom and on which evidence', async () => {
    const { card } = await desk.say('dev', 'status flights --at "2026-03-01 12:30"');
    expect(card.title).toBe('Live versions on 1 Mar 2026 12:30 UTC');
    expect(card.table?.rows[1]).toEqual([
      ...['flights', 'production', 'v2', '1 Mar 2026 12:00', 'dev'],
      `AUC 0.620; approved by lead; evidence ${'2'.repeat(12)}`,
    ]);
  });

  it('refuses future and invalid times', async () => {
    const future = await desk.say('dev', 'status flights --at "2026-04-01 10:00"');
    expect(future).toMatchObject({
      fault: 'usage',
      card: { title: 'That time is in the future.' },
    });
    expect((await desk.say('dev', 'status flights --at noon')).card.title).toContain(
      'expected a time such as "2026-05-01 10:00"',
    );
  });
});

describe('/audit', () => {
  it('shows the events of a model and of a person, newest first, and the head', async () => {
    const { audit } = desk.registry;
    const event = { subject: 'deployment-2', model: 'flights', via: 'queue' };
    await audit.append({
      ...{ ...event, id: 'e1', by: 'dev', action: 'deployment.live', environment: 'production' },
      before: { version: 1 },
      after: { version: 2, gates: [] },
    });
    await audit.append({
      ...event,
      id: 'e2',
      by: 'ops',
      action: 'deployment.rollback',
      model: 'churn',
    });
    const all = await desk.say('dev', 'audit');
    expect(all.card.table?.rows.map((row) => row[3])).toEqual([
      'deployment.rollback',
      'deployment.live',
    ]);
    const head = await audit.head();
    expect(all.card.footer).toBe(`head 2:${head?.hash}`);
    const one = await desk.say('dev', 'audit flights --by dev');
    expect(one.card.table?.rows).toEqual([
      [
        ...['1', '1 Mar 2026 15:00', 'dev', 'deployment.live', 'deployment-2 (production)'],
        ...['version 1 → 2', 'queue'],
      ],
    ]);
    expect((await desk.say('dev', 'audit --by lead')).card.title).toBe('No matching audit events.');
  });
});
