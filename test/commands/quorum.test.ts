import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { peopleOf } from '../../config/people.ts';
import type { Identity, Role } from '../../src/core/people.ts';
import type { Approvals } from '../../src/core/ports/approvals.ts';
import { openDesk } from './desk.ts';

/** One human may own the first two: nothing shows that they are two people. */
const HERE = { platform: 'slack', user: 'U1', name: 'Here', groups: ['SLEADS'] };
const THERE = { platform: 'discord', user: '7', name: 'There', groups: ['9'] };
const MATE = { platform: 'slack', user: 'U2', name: 'Mate', groups: ['SLEADS'] };

const none = { users: {}, channels: {} };
const access = (slack: Role = 'approver') => ({
  slack: { ...none, groups: { SLEADS: slack } },
  discord: { ...none, groups: { '9': 'approver' as const } },
});
const file = (lead: Role = 'approver') => ({
  dev: { name: 'Dev', role: 'operator' as const, identities: { slack: 'U9', discord: '5' } },
  lead: { name: 'Lead', role: lead, identities: {} },
  ops: { name: 'Ops', role: 'approver' as const, identities: {} },
});

let desk: Awaited<ReturnType<typeof openDesk>>;
let real: Approvals;
beforeAll(async () => {
  desk = await openDesk();
  real = desk.world.approvals;
});
afterAll(() => desk.close());

const set = (name: string, value: unknown) =>
  Object.defineProperty(desk.world, name, { value, configurable: true, writable: true });

let made = 0;
async function request(needed = 2, requestedBy = 'dev'): Promise<string> {
  made += 1;
  set('approvals', real);
  set('people', peopleOf(file(), access()));
  const version = (await desk.addVersion(`run-${made}`)).number;
  const draft = { model: 'flights', version, environment: 'production', requestedBy, needed };
  const { id } = await real.request({ id: `approval-${made}`, ...draft });
  const evidence = { artifact: 'a'.repeat(64), gates: [], metrics: {}, digest: 'e'.repeat(64) };
  await real.open(id, evidence, new Date(Date.now() + 1e12));
  return id;
}

const deployed = (id: string) =>
  desk.queued.some(({ job, payload }) => job === 'deploy' && JSON.stringify(payload).includes(id));
const shown = async (id: string) => (await desk.registry.outbox.load(`approval:${id}`))?.state.card;

/** Lets both votes be cast on the same read of the request, and stores them in the order of `first`. */
function interleave(first: Identity): void {
  let arrived = 0;
  let release = () => {};
  const bothArrived = new Promise<void>((resolve) => {
    release = resolve;
  });
  let stored = () => {};
  const firstStored = new Promise<void>((resolve) => {
    stored = resolve;
  });
  let voted = 0;
  let free = () => {};
  const bothStored = new Promise<void>((resolve) => {
    free = resolve;
  });
  set('approvals', {
    ...real,
    async vote(...[id, vote]: Parameters<Approvals['vote']>) {
      // Both have read the request before one is stored.
      arrived += 1;
      if (arrived === 2) release();
      await bothArrived;
      const isFirst = vote.cast?.by.user === first.user;
      if (!isFirst) await firstStored;
      const after = await real.vote(id, vote);
      if (isFirst) stored();
      voted += 1;
      if (voted === 2) free();
      await bothStored;
      return after;
    },
  });
}

describe('a quorum of two', () => {
  it.each([
    ['the one', HERE],
    ['the other', THERE],
  ])(
    'is not reached by two accounts that may belong to one person, %s first',
    async (_which, first) => {
      const id = await request();
      interleave(first);
      await Promise.all([HERE, THERE].map((account) => desk.as(account, `approve ${id}`)));
      const { status, votes } = await real.get(id);
      expect([status, votes.length]).toEqual(['open', 2]);
      expect(deployed(id)).toBe(false);
      expect((await shown(id))?.text).toMatch(
        /here’s vote does not count: they and .* may be the same person/i,
      );
      // A person who is certainly not one of them makes it two.
      set('approvals', real);
      await desk.as(MATE, `approve ${id}`);
      expect(await real.get(id)).toMatchObject({
        status: 'approved',
        reason: 'Approved by slack-u1, slack-u2.',
      });
      expect(deployed(id)).toBe(true);
    },
  );

  it('is not reached in any of 20 attempts to vote at the same moment', async () => {
    for (let n = 0; n < 20; n += 1) {
      const id = await request();
      await Promise.all([HERE, THERE].map((account) => desk.as(account, `approve ${id}`)));
      expect((await real.get(id)).status).toBe('open');
    }
  });

  it('is reached by two people at the same moment', async () => {
    const id = await request();
    interleave(HERE);
    await Promise.all([HERE, MATE].map((account) => desk.as(account, `approve ${id}`)));
    expect((await real.get(id)).status).toBe('approved');
  });
});

describe('a vote, when the next one comes', () => {
  it('does not count after the role was removed, and the message says so', async () => {
    const id = await request();
    await desk.say('lead', `approve ${id}`);
    set('people', peopleOf(file('operator'), access()));
    const reply = await desk.say('ops', `approve ${id}`);
    expect(reply.card.title).toMatch(/1 of 2 approvals/);
    expect((await real.get(id)).status).toBe('open');
    expect((await shown(id))?.text).toBe('Lead’s vote does not count: no longer an approver.');
    expect((await shown(id))?.facts).toContainEqual({
      label: 'Votes (2 approvals needed)',
      value: 'lead ✓ approves (web, does not count), ops ✓ approves (web)',
    });
  });

  it('does not count if its group no longer has the role', async () => {
    const id = await request();
    await desk.as(HERE, `approve ${id}`);
    set('people', peopleOf(file(), access('operator')));
    await desk.say('ops', `approve ${id}`);
    expect((await real.get(id)).status).toBe('open');
  });

  it('does not count if it turns out to be the requester’s own, from an account linked later', async () => {
    const id = await request(2, 'slack-u1');
    await desk.as(MATE, `approve ${id}`);
    const { card } = await desk.as(HERE, 'link');
    await desk.as(MATE, `link ${/"\/link (\S+)"/.exec(card.title)?.[1]}`);
    const third = { platform: 'slack', user: 'U4', groups: ['SLEADS'] };
    await desk.as(third, `approve ${id}`);
    expect((await real.get(id)).status).toBe('open');
    expect((await shown(id))?.text).toContain(
      'vote does not count: they made the request themselves',
    );
  });

  it('is not enough if the configuration requires more by now', async () => {
    const id = await request(1);
    const [spec] = desk.world.models.list();
    if (!spec) throw new Error('no model');
    const approval = { ...spec.approval, needed: 2 };
    const models = desk.world.models;
    set('models', { ...models, list: () => [{ ...spec, approval }] });
    const reply = await desk.say('lead', `approve ${id}`);
    set('models', models);
    expect(reply.card.title).toMatch(/1 of 2 approvals/);
    expect((await real.get(id)).status).toBe('open');
  });
});
