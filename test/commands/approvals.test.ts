import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDesk } from './desk.ts';

let desk: Awaited<ReturnType<typeof openDesk>>;
beforeEach(async () => {
  desk = await openDesk();
  await desk.addVersion('run-1');
});
afterEach(() => desk.close());

const EVIDENCE = {
  artifact: 'a'.repeat(64),
  gates: [],
  metrics: { auc: 0.7 },
  digest: 'e'.repeat(64),
};

async function openRequest(needed = 1): Promise<string> {
  const { id } = await desk.registry.approvals.request({
    id: 'approval-1',
    model: 'flights',
    version: 1,
    environment: 'production',
    requestedBy: 'dev',
    needed,
  });
  await desk.registry.approvals.open(id, EVIDENCE, desk.clock.forward(3600));
  desk.clock.forward(-3600);
  return id;
}

const deployments = () => desk.queued.filter(({ job }) => job === 'deploy');

describe('approvals', () => {
  it('checks the gates first, in one job however often the event arrives', async () => {
    const reply = await desk.say('dev', 'promote flights 1', 'event-1');
    await desk.say('dev', 'promote flights 1', 'event-1');
    expect(reply).toMatchObject({
      outcome: 'checking',
      data: { approval: { status: 'checking', needed: 1, votes: [] } },
    });
    expect(desk.queued).toHaveLength(1);
    expect(desk.queued[0]).toMatchObject({ job: 'request-promotion' });
  });

  it('deploys when enough people have approved, and names them', async () => {
    const id = await openRequest(2);
    const first = await desk.say('lead', `approve ${id}`);
    expect(first.card.title).toMatch(/1 of 2 approvals/);
    expect(deployments()).toEqual([]);
    await desk.say('ops', `approve ${id}`);
    expect(deployments()).toEqual([{ job: 'deploy', payload: { approval: id } }]);
    expect(await desk.registry.approvals.get(id)).toMatchObject({
      status: 'approved',
      reason: 'Approved by lead, ops.',
    });
  });

  it('cannot be approved if the requester is no longer known, but can be rejected', async () => {
    const { id } = await desk.registry.approvals.request({
      ...{ id: 'approval-2', model: 'flights', version: 1, environment: 'production' },
      ...{ requestedBy: 'somebody-who-left', needed: 1 },
    });
    await desk.registry.approvals.open(id, EVIDENCE, new Date(Date.now() + 1e9));
    const vote = await desk.say('lead', `approve ${id}`);
    expect(vote.card.title).toMatch(
      /somebody-who-left, who requested .* Reject it and request again/,
    );
    expect((await desk.registry.approvals.get(id)).votes).toEqual([]);
    await desk.say('lead', `reject ${id}`);
    expect(await desk.registry.approvals.get(id)).toMatchObject({ status: 'rejected' });
  });

  it.each([
    ['approve', 'that vote is stored', 'approved'],
    ['withdraw', 'you withdrew it', 'open'],
  ])(
    'does not call a vote counted that the same person overtook by %s',
    async (other, why, status) => {
      const id = await openRequest();
      const { approvals } = desk.registry;
      let overtook = false;
      // Between the write of one vote and what follows from it.
      const vote: typeof approvals.vote = async (...given) => {
        const voted = await approvals.vote(...given);
        if (overtook) return voted;
        overtook = true;
        await desk.say('lead', `${other} ${id}`);
        return approvals.get(id);
      };
      Object.assign(desk.world, { approvals: { ...approvals, vote } });
      const reply = await desk.say('lead', `${other === 'approve' ? 'reject' : 'approve'} ${id}`);
      expect(reply.card).toMatchObject({
        title: expect.stringContaining(why),
        tone: 'warning',
      });
      expect(await approvals.get(id)).toMatchObject({ status });
    },
  );

  it('counts a person once', async () => {
    const id = await openRequest(2);
    await desk.say('lead', `approve ${id}`);
    await desk.say('lead', `approve ${id}`);
    expect(await desk.registry.approvals.get(id)).toMatchObject({
      status: 'open',
      votes: [{ person: 'lead' }],
    });
  });

  it('ends with one rejection', async () => {
    const id = await openRequest(2);
    await desk.say('lead', `approve ${id}`);
    await desk.say('ops', `reject ${id}`);
    expect(await desk.registry.approvals.get(id)).toMatchObject({
      status: 'rejected',
      reason: 'Rejected by ops.',
    });
    const late = await desk.say('lead', `approve ${id}`);
    expect(late.card.title).toMatch(/already rejected, so nothing was changed/);
    expect(deployments()).toEqual([]);
  });

  it('allows withdrawing a vote until the decision, and not after it', async () => {
    const id = await openRequest(2);
    await desk.say('lead', `approve ${id}`);
    await desk.say('lead', `withdraw ${id} --verdict reject`);
    expect((await desk.registry.approvals.get(id)).votes).toHaveLength(1);
    await desk.say('lead', `withdraw ${id} --verdict approve`);
    expect((await desk.registry.approvals.get(id)).votes).toEqual([]);
    await desk.say('lead', `approve ${id}`);
    await desk.say('ops', `approve ${id}`);
    const late = await desk.say('lead', `withdraw ${id}`);
    expect(late.card.title).toMatch(/already approved, so your vote can no longer be withdrawn/);
  });

  it('says how a request was decided that was open when its vote was withdrawn', async () => {
    const id = await openRequest(2);
    await desk.say('lead', `approve ${id}`);
    const { approvals } = desk.registry;
    const withdraw: typeof approvals.withdraw = async (...given) => {
      await desk.say('ops', `reject ${id}`);
      return approvals.withdraw(...given);
    };
    Object.assign(desk.world, { approvals: { ...approvals, withdraw } });
    const late = await desk.say('lead', `withdraw ${id}`);
    expect(late.card.title).toMatch(/already rejected, so your vote can no longer be withdrawn/);
  });

  it('does not vote, or withdraw, again for a call that was done before somebody thought otherwise', async () => {
    const id = await openRequest(2);
    const votes = async () => (await desk.registry.approvals.get(id)).votes.length;
    await desk.say('lead', `approve ${id}`, 'first');
    await desk.say('lead', `withdraw ${id}`, 'second');
    await desk.again('lead', `approve ${id}`, 'first');
    expect(await votes()).toBe(0);
    await desk.say('lead', `approve ${id}`, 'third');
    await desk.again('lead', `withdraw ${id}`, 'second');
    expect(await votes()).toBe(1);
  });

  it('knows what a process did that died before it was recorded', async () => {
    const id = await openRequest(2);
    const { audit } = desk.world;
    const { append } = audit;
    const votes = async () => (await desk.registry.approvals.get(id)).votes.length;
    const dying = async (line: string, call: string) => {
      audit.append = async (...events) => {
        if (events.some((one) => one.id.endsWith(call))) throw new Error('killed');
        return append(...events);
      };
      await desk.say('lead', `${line} ${id}`, call).finally(() => {
        audit.append = append;
      });
    };
    await dying('approve', 'one');
    expect(await votes()).toBe(1);
    await desk.say('lead', `withdraw ${id}`, 'two');
    await desk.again('lead', `approve ${id}`, 'one');
    expect(await votes()).toBe(0);
    await desk.say('lead', `approve ${id}`, 'three');
    await dying('withdraw', 'four');
    await desk.say('lead', `approve ${id}`, 'five');
    await desk.again('lead', `withdraw ${id}`, 'four');
    expect(await votes()).toBe(1);
    const events = await desk.registry.audit.list({ subject: id });
    expect(events.map(({ action }) => action).toReversed()).toEqual([
      ...['approval.approve', 'approval.withdrawn', 'approval.approve'],
      ...['approval.withdrawn', 'approval.approve'],
    ]);
  });

  it('finishes, for the call whose vote decided the request, what its process could not', async () => {
    const id = await openRequest(1);
    const { replies } = desk.world;
    const { tell } = replies;
    replies.tell = () => Promise.reject(new Error('killed'));
    const broken = await desk.say('lead', `approve ${id}`, 'deciding').finally(() => {
      replies.tell = tell;
    });
    expect(broken.fault).toBe('failed');
    expect((await desk.registry.approvals.get(id)).status).toBe('approved');
    desk.queued.length = 0;
    const { card } = await desk.again('lead', `approve ${id}`, 'deciding');
    expect(card.title).toMatch(/was counted: approved, deploying now/);
    expect(desk.queued).toContainEqual({ job: 'deploy', payload: { approval: id } });
    // Any other call is late.
    const late = await desk.again('lead', `approve ${id}`, 'another');
    expect(late.card.title).toMatch(/already approved/);
  });

  it('withdraws no vote but the one it read: a person who votes again meanwhile keeps the other verdict', async () => {
    const id = await openRequest(3);
    await desk.say('lead', `approve ${id}`);
    const { approvals } = desk.registry;
    const withdraw: typeof approvals.withdraw = async (...given) => {
      desk.clock.forward(1);
      await desk.say('ops', `approve ${id}`);
      const [mine] = (await approvals.get(id)).votes.filter(({ person }) => person === 'lead');
      if (mine) await approvals.vote(id, { ...mine, verdict: 'reject', at: desk.clock.now() });
      return approvals.withdraw(...given);
    };
    Object.assign(desk.world, { approvals: { ...approvals, withdraw } });
    const answer = await desk.say('lead', `withdraw ${id} --verdict approve`);
    expect(answer.card.title).toBe(`You have no such vote on ${id}.`);
    const { votes } = await approvals.get(id);
    expect(votes.map(({ person, verdict }) => `${person} ${verdict}`)).toContain('lead reject');
  });

  it('does not count a vote after the request has expired', async () => {
    const id = await openRequest();
    desk.clock.forward(3601);
    const late = await desk.say('lead', `approve ${id}`);
    expect(late.card.title).toMatch(/has expired/);
    expect(deployments()).toEqual([]);
  });

  it('does not approve an expired request when a vote is withdrawn and the rest would be enough', async () => {
    const id = await openRequest();
    // Stored, but not counted in time: a process died, or a platform did not answer.
    for (const person of ['lead', 'ops'])
      await desk.registry.approvals.vote(id, {
        ...{ person, verdict: 'approve', at: desk.clock.now(), via: 'web' },
      });
    desk.clock.forward(3601);
    await desk.say('ops', `withdraw ${id}`);
    expect((await desk.registry.approvals.get(id)).status).toBe('open');
    expect(deployments()).toEqual([]);
  });

  it('decides once if everyone votes at the same moment', async () => {
    const id = await openRequest(2);
    await Promise.all([
      desk.say('lead', `approve ${id}`),
      desk.say('ops', `reject ${id}`),
      desk.say('ops', `approve ${id}`),
    ]);
    const { status, votes } = await desk.registry.approvals.get(id);
    const rejected = votes.some(({ verdict }) => verdict === 'reject');
    expect(status).toBe(rejected ? 'rejected' : 'approved');
    expect(deployments().length > 0).toBe(status === 'approved');
  });

  it('records who did what', async () => {
    const id = await openRequest();
    await desk.say('lead', `approve ${id}`);
    const [decided, event] = await desk.registry.audit.list({ subject: id });
    expect(decided).toMatchObject({ by: 'lead', action: 'approval.approved' });
    expect(event).toMatchObject({
      by: 'lead',
      action: 'approval.approve',
      via: 'web',
      after: { evidence: EVIDENCE.digest, version: 1 },
    });
  });
});
