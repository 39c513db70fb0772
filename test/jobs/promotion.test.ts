import { createHash, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { peopleOf } from '../../config/people.ts';
import { deploy } from '../../jobs/deploy.ts';
import { evaluate } from '../../jobs/evaluate.ts';
import { requestPromotion } from '../../jobs/request-promotion.ts';
import { rollBack } from '../../jobs/roll-back.ts';
import { tidy } from '../../jobs/tidy.ts';
import { train } from '../../jobs/train.ts';
import type { Approval } from '../../src/core/ports/approvals.ts';
import type { Version } from '../../src/core/ports/versions.ts';
import { everyWrite } from '../sweep.ts';
import { dieAt, openHarness, PEOPLE } from './harness.ts';

const harness = await openHarness();
afterAll(() => harness.end());
const { approvals, deployments, versions, audit, clock } = harness;

async function make(quality: string): Promise<Version> {
  const run = await harness.newRun({ parameters: { quality } });
  for (const job of [train, evaluate])
    expect(await harness.perform(job, { run: run.id })).toBeUndefined();
  const version = await versions.ofRun(run.id);
  if (!version) throw new Error(`${run.id} made no version`);
  return version;
}

async function ask(version: Version): Promise<Approval> {
  return approvals.request({
    id: `approval-${randomUUID().slice(0, 8)}`,
    model: 'flights',
    version: version.number,
    environment: 'production',
    requestedBy: 'dev',
    needed: 1,
  });
}

/** Its gates are judged. */
async function judged(version: Version): Promise<Approval> {
  const { id } = await ask(version);
  expect(await harness.perform(requestPromotion, { approval: id })).toBeUndefined();
  return approvals.get(id);
}

/** Its gates are judged, and it has one vote. */
async function approved(version: Version): Promise<Approval> {
  const { id } = await judged(version);
  const voted = await harness.vote(id, 'lead');
  const decided = voted && (await approvals.decide(voted, 'approved', 'Approved by lead.'));
  if (!decided) throw new Error(`${id} was not approved`);
  return decided;
}

let strong: Version;
let weak: Version;
let twin: Version;
beforeAll(async () => {
  strong = await make('strong');
  weak = await make('weak');
  twin = await make('twin');
});

const live = () => deployments.live('flights', 'production');

describe('jobs/request-promotion', () => {
  it('opens a request for a version that passes, with bound evidence', async () => {
    const approval = await judged(strong);
    expect(approval).toMatchObject({
      status: 'open',
      expiresAt: new Date(clock.now().getTime() + 24 * 3_600_000),
      evidence: { artifact: strong.artifact.sha256 },
    });
    const { digest, ...evidence } = approval.evidence ?? { digest: 'none' };
    expect(createHash('sha256').update(JSON.stringify(evidence)).digest('hex')).toBe(digest);
    const card = await harness.shown(`approval:${approval.id}`);
    expect(card).toMatchObject({ title: `Approve flights v${strong.number} for production?` });
    expect(card?.actions?.map(({ command }) => command)).toEqual(['approve', 'reject']);
    expect(card?.table?.rows.map(([, result]) => result)).toEqual([
      '✓ passed',
      '✓ passed',
      '✓ passed',
      '✓ passed',
    ]);
    expect(await audit.list({ subject: approval.id })).toMatchObject([
      { action: 'promotion.requested', after: { evidence: digest } },
    ]);
    await approvals.decide(approval, 'rejected', 'of no use any more');
  });

  it('refuses a version that fails a gate, without a vote', async () => {
    const approval = await judged(weak);
    expect(approval).toMatchObject({ status: 'refused' });
    expect(approval.reason).toMatch(/AUC is 0\..* must be at least 0\.65.*Nothing was deployed\./);
    const card = await harness.shown(`approval:${approval.id}`);
    expect(card?.actions).toBeUndefined();
    expect(card?.table?.rows.map(([, result]) => result)).toContain('✗ failed');
    expect(await audit.list({ subject: approval.id })).toMatchObject([
      { action: 'promotion.refused' },
    ]);
  });

  it('reports if the evidence cannot be gathered', async () => {
    const approval = await ask(strong);
    const broken = { ...harness.versions, evaluation: () => Promise.reject(new Error('no disk')) };
    await harness.perform(requestPromotion, { approval: approval.id }, { versions: broken });
    expect(await approvals.get(approval.id)).toMatchObject({ status: 'refused' });
    const card = await harness.shown(`approval:${approval.id}`);
    expect(card?.text).toContain('nobody was asked: no disk');
    expect(card?.title).toBe(
      `The gates of flights v${strong.number} could not be checked for production`,
    );
  });

  it('has the same result after a crash at any write', async () => {
    for (const at of everyWrite()) {
      const { id } = await ask(strong);
      const died = await dieAt(harness, requestPromotion, { approval: id }, at);
      expect(await harness.perform(requestPromotion, { approval: id })).toBeUndefined();
      const approval = await approvals.get(id);
      expect(approval.status).toBe('open');
      expect((await harness.shown(`approval:${id}`))?.title).toContain('Approve flights');
      expect(await audit.list({ subject: id })).toHaveLength(1);
      await approvals.decide(approval, 'rejected', 'of no use any more');
      if (died) continue;
      expect(at).toBeGreaterThan(2);
      break;
    }
  });
});

describe('an override', () => {
  /** Fails a metric, which this person has overridden. */
  async function overridden(by: string): Promise<Approval> {
    const seen = await judged(weak);
    expect(seen.status).toBe('refused');
    const gate = seen.evidence?.gates.find(({ passed }) => !passed)?.name ?? '';
    const order = { gate, by, reason: 'a new airport', at: clock.now() };
    expect(await approvals.reopen(seen, order)).toMatchObject({ status: 'checking' });
    expect(await harness.perform(requestPromotion, { approval: seen.id })).toBeUndefined();
    return approvals.get(seen.id);
  }

  it('opens the request for votes, and is in its evidence, its message and the audit log', async () => {
    const before = await judged(weak);
    const approval = await overridden('ops');
    const { evidence } = approval;
    expect(approval).toMatchObject({ status: 'open', votes: [] });
    const override = { by: 'ops', reason: 'a new airport', at: clock.now() };
    expect(evidence?.gates.filter((gate) => gate.override)).toMatchObject([
      { name: 'AUC', passed: false, override },
    ]);
    expect(evidence?.digest).not.toBe(before.evidence?.digest);
    const card = await harness.shown(`approval:${approval.id}`);
    expect(card?.folded?.title).toMatch(/1 overridden$/);
    expect(card?.table?.rows.find(([name]) => name === 'AUC')).toEqual([
      'AUC',
      '! overridden',
      expect.stringMatching(/^0\./),
      expect.stringMatching(/^Overridden by ops: a new airport\. AUC is/),
    ]);
    const events = await audit.list({ subject: approval.id });
    expect(events.map(({ action }) => action)).toEqual([
      'promotion.requested',
      'gate.override',
      'promotion.refused',
    ]);
    await approvals.decide(approval, 'rejected', 'of no use any more');
  });

  it('has no effect if whoever asked for it is no admin when the gates are judged', async () => {
    const approval = await overridden('lead');
    expect(approval.status).toBe('refused');
    expect(approval.reason).toContain(
      'Lead no longer has the admin role in production, so the override does not count.',
    );
  });

  it('survives a crash at any write', async () => {
    for (const at of everyWrite()) {
      const seen = await judged(weak);
      const order = { gate: 'AUC', by: 'ops', reason: 'a new airport', at: clock.now() };
      await approvals.reopen(seen, order);
      const died = await dieAt(harness, requestPromotion, { approval: seen.id }, at);
      expect(await harness.perform(requestPromotion, { approval: seen.id })).toBeUndefined();
      const approval = await approvals.get(seen.id);
      expect(approval.status).toBe('open');
      expect((await harness.shown(`approval:${seen.id}`))?.title).toContain('Approve flights');
      expect(await audit.list({ subject: seen.id })).toHaveLength(3);
      await approvals.decide(approval, 'rejected', 'of no use any more');
      if (!died) break;
    }
  });
});

describe('jobs/deploy and jobs/roll-back', () => {
  it('refuse versions that were not approved, or differ from what was approved', async () => {
    const open = await judged(strong);
    expect(String(await harness.perform(deploy, { approval: open.id }))).toContain(
      'is not approved',
    );
    await approvals.decide(open, 'rejected', 'of no use any more');

    const approval = await approved(strong);
    const other = {
      ...versions,
      resolve: async () => ({ ...strong, artifact: { sha256: 'f'.repeat(64), bytes: 1 } }),
    };
    const error = await harness.perform(deploy, { approval: approval.id }, { versions: other });
    expect(String(error)).toContain('is not the artifact that was approved');

    const carried = { ...approvals, get: async () => ({ ...approval, votes: [] }) };
    expect(
      String(await harness.perform(deploy, { approval: approval.id }, { approvals: carried })),
    ).toContain('is no longer approved');
    expect(await live()).toBeUndefined();
  });

  it('refuse what would not be approved at the moment of the switch, and say why', async () => {
    const { id } = await approved(strong);
    const people = { ...harness.people };
    const lead = { name: 'Lead', role: 'operator', identities: {} } as const;
    // The role is taken away while the file is read: between the vote and the switch, only the switch checks votes.
    const artifacts = {
      ...harness.artifacts,
      async path(sha256: string) {
        Object.assign(people, peopleOf({ ...PEOPLE, lead }, {}));
        return harness.artifacts.path(sha256);
      },
    };
    const error = await harness.perform(deploy, { approval: id }, { artifacts, people });
    expect(String(error)).toContain(
      `${id} is no longer approved, so flights v${strong.number} was not deployed. Lead’s vote does not count: no longer an approver. 1 of 1 approvals missing.`,
    );
    expect(await live()).toBeUndefined();
    const card = await harness.shown(`approval:${id}`);
    expect(card?.title).toContain('was approved, but not deployed');
    expect(card?.text).toContain(
      `Use /promote flights ${strong.number} --to production to request again.`,
    );
    expect(card?.actions?.map(({ label }) => label)).toEqual(['Request again']);
  });

  it('refuse an artifact that was altered on disk, and report it permanently', async () => {
    const approval = await approved(strong);
    const path = await harness.artifacts.path(strong.artifact.sha256);
    const bytes = await harness.artifacts.read(strong.artifact.sha256);
    await writeFile(path, Buffer.concat([bytes, Buffer.from('!')]));
    const error = await harness.perform(deploy, { approval: approval.id });
    await writeFile(path, bytes);
    expect(String(error)).toContain('corrupt');
    expect(await live()).toBeUndefined();
    const subject = `approval:${approval.id}` as const;
    expect(await harness.outbox.load(subject)).toMatchObject({
      state: {
        outcome: 'failed',
        card: { tone: 'danger', text: expect.stringContaining('is corrupt') },
      },
    });
    expect((await harness.told(subject, 'not-deployed'))?.title).toBe(
      `flights v${strong.number} was not deployed`,
    );
    // A deployment that was reported as failed is not retried silently.
    await harness.perform(tidy, { tick: 'x' });
    expect(harness.queued).not.toContainEqual({
      name: 'deploy',
      payload: { approval: approval.id },
    });
  });

  it('deploy once after a crash at any write, and report it', async () => {
    for (const at of everyWrite()) {
      const before = await live();
      const { id } = await approved(at % 2 ? twin : strong);
      const died = await dieAt(harness, deploy, { approval: id }, at);
      for (let again = 0; again < 2; again += 1)
        expect(await harness.perform(deploy, { approval: id })).toBeUndefined();
      const now = await live();
      expect(now).toMatchObject({ approval: id, status: 'live' });
      expect(await deployments.previousGood('flights', 'production')).toEqual(
        before && { ...before, status: 'superseded' },
      );
      expect((await approvals.get(id)).deployment).toBe(now?.id);
      const name = `flights v${now?.version}`;
      expect((await harness.shown(`approval:${id}`))?.title).toBe(`${name} is live in production`);
      expect((await harness.told(`approval:${id}`, 'live'))?.title).toBe(
        `${name} answers in production now.`,
      );
      expect(await audit.list({ subject: now?.id ?? '' })).toHaveLength(1);
      if (died) continue;
      expect(at).toBeGreaterThan(4);
      break;
    }
    expect(harness.published).toContain('deployments flights');
    // A sampled run may have deployed one version only; the tests below roll back to another.
    const other = (await live())?.version === twin.number ? strong : twin;
    const { id } = await approved(other);
    expect(await harness.perform(deploy, { approval: id })).toBeUndefined();
  });

  it('compare a new version with the live one, on days neither has seen', async () => {
    const champion = await live();
    const newcomer = champion?.version === twin.number ? strong : twin;
    const approval = await judged(newcomer);
    expect(approval.evidence).toMatchObject({
      champion: champion?.version,
      comparison: {
        verdict: 'not worse',
        dataset: { window: { from: '2001-02-01T00:00:00.000Z' } },
      },
    });
    await approvals.decide(approval, 'rejected', 'of no use any more');
  });

  it('roll back once, however often it is requested', async () => {
    const [replaced, restored] = [
      await live(),
      await deployments.previousGood('flights', 'production'),
    ];
    if (!replaced || !restored) throw new Error('two versions were deployed');
    const order = {
      id: `deployment-${randomUUID().slice(0, 8)}`,
      model: 'flights',
      environment: 'production',
      replaces: replaced.id,
      by: 'lead',
      reason: 'late flights are missed',
      via: 'web',
    };
    expect(await dieAt(harness, rollBack, order, 0)).toBe(true);
    for (const by of ['lead', 'dev'])
      expect(await harness.perform(rollBack, { ...order, by })).toBeUndefined();
    expect(await live()).toMatchObject({
      id: order.id,
      version: restored.version,
      kind: 'rollback',
      by: 'lead',
    });
    expect(await harness.shown(`rollback:${order.id}`)).toMatchObject({
      title: `flights is back on v${restored.version} in production`,
      tone: 'success',
    });
    expect(await audit.list({ subject: order.id })).toMatchObject([
      { by: 'lead', action: 'deployment.rollback', environment: 'production' },
    ]);

    const late = { ...order, id: 'deployment-too-late' };
    expect(String(await harness.perform(rollBack, late))).toContain('is now live');
    expect(await live()).toMatchObject({ id: order.id });
    expect((await harness.shown('rollback:deployment-too-late'))?.title).toBe(
      'flights was not rolled back',
    );
  });

  it('do not report a failed switch if only the notification failed', async () => {
    const { id } = await approved(strong);
    const away = {
      publish: () => Promise.reject(new Error('Redis is unreachable')),
      subscribe: () => () => {},
    };
    await harness.perform(deploy, { approval: id }, { bus: away });
    expect(await live()).toMatchObject({ approval: id });
    expect((await harness.shown(`approval:${id}`))?.title).toContain('waiting for the gateway');
    expect(await harness.told(`approval:${id}`, 'not-deployed')).toBeUndefined();

    const current = await live();
    const order = {
      id: 'deployment-unheard',
      ...{ model: 'flights', environment: 'production', replaces: current?.id ?? '' },
      ...{ by: 'lead', reason: 'test', via: 'web' },
    };
    await harness.perform(rollBack, order, { bus: away });
    expect(await live()).toMatchObject({ id: 'deployment-unheard' });
    expect((await harness.shown('rollback:deployment-unheard'))?.title).toContain('is back on');
  });

  it('wait for an unreachable gateway, and say that it has not confirmed', async () => {
    const { id } = await approved(twin);
    // Each time it is asked, it takes as long as it may to fail.
    const silent = async () => {
      clock.forward(5);
      return undefined;
    };
    const behind = async () => [];
    const gateway = { urlOf: () => 'http://gw', serving: silent, problem: silent, behind };
    expect(await harness.perform(deploy, { approval: id }, { gateway })).toBeUndefined();
    expect((await harness.told(`approval:${id}`, 'unconfirmed'))?.title).toContain(
      'not confirmed it yet',
    );
    const { state } = (await harness.outbox.load(`approval:${id}`)) ?? {};
    expect(state).toMatchObject({
      outcome: 'pending',
      card: {
        tone: 'warning',
        title: `flights v${twin.number} is approved for production: waiting for the gateway`,
        text: expect.stringContaining('The gateway at http://gw does not answer for flights.'),
      },
    });

    // Checked again until the gateway answers; then the card is green and checks end.
    harness.queued.length = 0;
    await harness.perform(tidy, { tick: 'again' });
    expect(harness.queued).toEqual([{ name: 'deploy', payload: { approval: id } }]);
    expect(await harness.perform(deploy, { approval: id })).toBeUndefined();
    expect((await harness.outbox.load(`approval:${id}`))?.state).toMatchObject({
      outcome: 'done',
      card: { tone: 'success', title: `flights v${twin.number} is live in production` },
    });
    expect((await harness.told(`approval:${id}`, 'live'))?.title).toContain('answers in');
    harness.queued.length = 0;
    await harness.perform(tidy, { tick: 'and again' });
    expect(harness.queued).toEqual([]);
  });

  it('report the gateway’s problem, and what to do', async () => {
    const { id } = await approved(strong);
    const problem = async () => {
      const now = await live();
      return { version: strong.number, deployment: now?.id ?? '', error: 'opset 99 is unknown.' };
    };
    const behind = async () => [];
    const gateway = { urlOf: () => '', serving: async () => undefined, problem, behind };
    expect(await harness.perform(deploy, { approval: id }, { gateway })).toBeUndefined();
    const deployment = (await live())?.id;
    expect((await harness.outbox.load(`approval:${id}`))?.state).toMatchObject({
      outcome: 'failed',
      card: {
        tone: 'danger',
        title: `flights v${strong.number} is approved for production, but the gateway cannot serve it`,
        text: expect.stringMatching(
          /^The gateway reports: opset 99 is unknown\. .*\/undeploy flights/,
        ),
        actions: [
          { command: 'rollback' },
          { command: 'undeploy', argument: expect.stringContaining(`--from ${deployment}`) },
        ],
      },
    });
    // The gateway may still load it later.
    expect(await harness.perform(deploy, { approval: id })).toBeUndefined();
    expect((await harness.shown(`approval:${id}`))?.tone).toBe('success');
  });

  it('ask the gateway for the environment in question, and leave the others alone', async () => {
    const before = await live();
    const { id } = await approvals.request({
      ...{ id: 'approval-staging', model: 'flights', version: strong.number },
      ...{ environment: 'staging', requestedBy: 'dev', needed: 1 },
    });
    expect(await harness.perform(requestPromotion, { approval: id })).toBeUndefined();
    const voted = await harness.vote(id, 'lead');
    if (voted) await approvals.decide(voted, 'approved', 'Approved by lead.');
    expect(await harness.perform(deploy, { approval: id })).toBeUndefined();
    expect((await harness.shown(`approval:${id}`))?.title).toContain('is live in staging');
    expect(await live()).toEqual(before);
  });
});

describe('jobs/tidy', () => {
  it('brings the countdown of an open request up to date, in one edit', async () => {
    const request = await judged(strong);
    const footer = async () => (await harness.shown(`approval:${request.id}`))?.footer;
    expect(await footer()).toMatch(/ · expires in 24 h, \d+ \w+ \d+ \d\d:\d\d UTC · evidence/);
    clock.forward(2 * 3600 + 60);
    const put = vi.spyOn(harness.registry.outbox, 'put');
    for (const tick of ['countdown-1', 'countdown-2']) await harness.perform(tidy, { tick });
    expect(await footer()).toContain(' · expires in 21 h, ');
    const written = put.mock.calls.filter(([subject]) => subject === `approval:${request.id}`);
    put.mockRestore();
    expect(written).toHaveLength(1);
    const open = await approvals.get(request.id);
    expect(open).toMatchObject({ status: 'open', revision: 0 });
    await approvals.decide(open, 'rejected', 'of no use any more');
  });

  it('closes expired requests, and no others', async () => {
    const request = await judged(strong);
    await harness.perform(tidy, { tick: 'x' });
    expect(await approvals.get(request.id)).toMatchObject({ status: 'open' });
    clock.forward(24 * 3600);
    await harness.perform(tidy, { tick: 'y' });
    expect(await approvals.get(request.id)).toMatchObject({ status: 'expired' });
    expect((await harness.shown(`approval:${request.id}`))?.title).toContain('has expired');
    expect((await audit.list({ subject: request.id })).map(({ action }) => action)).toContain(
      'approval.expired',
    );
  });

  it('queues what is stored but not queued', async () => {
    const carried = await approved(strong);
    const checking = await ask(twin);
    harness.queued.length = 0;
    await harness.perform(tidy, { tick: 'x' });
    expect(harness.queued).toContainEqual({ name: 'deploy', payload: { approval: carried.id } });
    expect(harness.queued).toContainEqual({
      name: 'request-promotion',
      payload: { approval: checking.id },
    });
    await harness.perform(deploy, { approval: carried.id });
    harness.queued.length = 0;
    await harness.perform(tidy, { tick: 'y' });
    expect(harness.queued.filter(({ name }) => name === 'deploy')).toEqual([]);
  });
});
