import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { peopleOf } from '../../config/people.ts';
import { recount, recountAll } from '../../jobs/recount.ts';
import { requireStillApproved } from '../../jobs/steps/still-approved.ts';
import { tidy } from '../../jobs/tidy.ts';
import { Busy, Unreachable } from '../../src/core/errors.ts';
import type { Identity, Role } from '../../src/core/people.ts';
import type { Platform } from '../../src/core/platform.ts';
import type { Approvals } from '../../src/core/ports/approvals.ts';
import { createIdentities } from '../../src/wiring/identities.ts';
import { openDesk } from './desk.ts';

/** Approvers by a user group only, and one named by the configuration. */
const slack = (user: string, name: string): Identity => ({
  ...{ platform: 'slack', user, name, groups: ['SLEADS'] },
});
const ANN = slack('U1', 'Ann');
const BEN = slack('U2', 'Ben');
const LEFT = 'no longer in a group that makes them an approver';

const file = (lead: Role = 'approver') => ({
  dev: { name: 'Dev', role: 'operator' as const, identities: { slack: 'U9' } },
  lead: { name: 'Lead', role: lead, identities: { slack: 'U8' } },
});
const access = {
  slack: { users: {}, channels: {}, groups: { SLEADS: 'approver' as const } },
};

/** Slack's present answer about a person. */
const slackNow = {
  groups: new Map<string, readonly string[] | 'gone'>(),
  trouble: undefined as Error | undefined,
  asked: [] as string[],
  /** Happens while Slack is asked. */
  meanwhile: async () => {},
};
const unasked = async (): Promise<never> => {
  throw new Error('nobody asked for that');
};
const platform: Platform = {
  ...{ name: 'slack', post: unasked, edit: unasked, start: async () => {}, stop: async () => {} },
  async whoIs(account) {
    slackNow.asked.push(account.user);
    await slackNow.meanwhile();
    if (slackNow.trouble) throw slackNow.trouble;
    const groups = slackNow.groups.get(account.user) ?? ['SLEADS'];
    return groups === 'gone' ? undefined : { ...account, groups };
  },
};

let desk: Awaited<ReturnType<typeof openDesk>>;
let approvals: Approvals;
beforeAll(async () => {
  desk = await openDesk();
  ({ approvals } = desk.world);
  set('identities', createIdentities([platform], { warn: () => {} }, 200));
});
afterAll(() => desk.close());
beforeEach(() => {
  Object.assign(slackNow, { trouble: undefined, meanwhile: async () => {}, asked: [] });
  slackNow.groups.clear();
  desk.queued.length = 0;
  set('people', peopleOf(file(), access));
});

const set = (name: string, value: unknown) =>
  Object.defineProperty(desk.world, name, { value, configurable: true, writable: true });

let made = 0;
async function request(): Promise<string> {
  made += 1;
  const { number: version } = await desk.addVersion(`run-${made}`);
  const id = `approval-${made}`;
  const about = { model: 'flights', version, environment: 'production', requestedBy: 'dev' };
  await approvals.request({ id, ...about, needed: 2 });
  const evidence = { artifact: 'a'.repeat(64), gates: [], metrics: {}, digest: 'e'.repeat(64) };
  await approvals.open(id, evidence, new Date(desk.clock.now().getTime() + 1e9));
  return id;
}
const shown = async (id: string) => (await desk.registry.outbox.load(`approval:${id}`))?.state.card;
const deploys = (id: string) =>
  desk.queued.filter(({ job, payload }) => job === 'deploy' && JSON.stringify(payload).includes(id))
    .length;
const perform = (id: string) =>
  recount.perform({ approval: id }, desk.world, new AbortController().signal);

describe('a vote by someone who is an approver through a group', () => {
  it('does not count if they left the group between the vote and the quorum', async () => {
    const id = await request();
    await desk.as(ANN, `approve ${id}`);
    slackNow.groups.set('U1', []);
    const reply = await desk.say('lead', `approve ${id}`);
    expect(reply.card.title).toMatch(/1 of 2 approvals/);
    expect((await approvals.get(id)).status).toBe('open');
    expect(deploys(id)).toBe(0);
    expect((await shown(id))?.text).toBe(`Ann’s vote does not count: ${LEFT}.`);
    // The next one who is still in the group makes it two.
    await desk.as(BEN, `approve ${id}`);
    expect(await approvals.get(id)).toMatchObject({ reason: 'Approved by lead, slack-u2.' });
    expect(deploys(id)).toBe(1);
  });

  it('does not count if the account has left the platform', async () => {
    const id = await request();
    await desk.as(ANN, `approve ${id}`);
    slackNow.groups.set('U1', 'gone');
    await desk.say('lead', `approve ${id}`);
    expect((await approvals.get(id)).status).toBe('open');
    expect((await shown(id))?.text).toBe('Ann’s vote does not count: no longer a member on Slack.');
  });

  it('decides only with the votes that were checked: a vote withdrawn in the meantime is noticed', async () => {
    const id = await request();
    await desk.as(ANN, `approve ${id}`);
    slackNow.groups.set('U2', ['SLEADS', 'SOTHER']);
    let once = true;
    slackNow.meanwhile = async () => {
      const lead = (await approvals.get(id)).votes.find(({ person }) => person === 'lead');
      if (once && lead) await approvals.withdraw(id, lead);
      once = false;
    };
    await desk.say('lead', `approve ${id}`);
    const { status, votes } = await approvals.get(id);
    expect([status, votes.map(({ person }) => person)]).toEqual(['open', ['slack-u1']]);
  });

  it('is stored with the groups that were judged, and the switch judges with them', async () => {
    const id = await request();
    await desk.as(ANN, `approve ${id}`);
    slackNow.groups.set('U1', ['SLEADS', 'SNEW']);
    await desk.say('lead', `approve ${id}`);
    const { status, votes } = await approvals.get(id);
    expect(status).toBe('approved');
    expect(votes.find(({ person }) => person === 'slack-u1')?.cast?.by.groups).toEqual([
      'SLEADS',
      'SNEW',
    ]);
    const { version } = await approvals.get(id);
    const order = {
      ...{ id: 'deployment-1', model: 'flights', version, environment: 'production' },
      ...{ artifact: 'a'.repeat(64), by: 'dev', reason: 'test', approval: id },
    };
    const seen = await desk.world.endpoints.get({ model: 'flights', environment: 'production' });
    await requireStillApproved(order, seen, desk.world);
    // The group no longer gives the role at the switch.
    set('people', peopleOf(file(), { slack: { ...access.slack, groups: {} } }));
    await expect(requireStillApproved(order, seen, desk.world)).rejects.toThrow(
      /no longer approved/,
    );
  });

  it('looks up voters only when their votes could decide, and never people in the configuration', async () => {
    const id = await request();
    await desk.as(ANN, `approve ${id}`);
    expect(slackNow.asked).toEqual([]);
    await desk.as({ platform: 'slack', user: 'U8' }, `approve ${id}`);
    expect(slackNow.asked).toEqual(['U1']);
  });
});

describe('if the platform does not answer', () => {
  it.each([
    ['is down', new Unreachable('Slack cannot be reached.')],
    ['asks for patience', new Busy('Slack asks for 30 s of patience.', 30_000)],
    ['never answers', undefined],
  ])(
    'because it %s, the vote waits, the caller is told why, and it is tried again',
    async (_, why) => {
      const id = await request();
      await desk.say('lead', `approve ${id}`);
      slackNow.trouble = why;
      if (!why) slackNow.meanwhile = () => new Promise(() => {});
      const reply = await desk.as(ANN, `approve ${id}`);
      expect(reply.card.title).toMatch(/^Ann’s vote does not count: Slack did not confirm that/);
      expect((await approvals.get(id)).status).toBe('open');
      expect(deploys(id)).toBe(0);

      const tick = { tick: `${made}` };
      await tidy.perform(tick, desk.world, new AbortController().signal);
      expect(desk.queued).toContainEqual({ job: 'recount', payload: { approval: id } });
      await perform(id);
      expect((await approvals.get(id)).status).toBe('open');

      Object.assign(slackNow, { trouble: undefined, meanwhile: async () => {} });
      await perform(id);
      expect(await approvals.get(id)).toMatchObject({ reason: 'Approved by lead, slack-u1.' });
      expect(deploys(id)).toBe(1);
      expect((await shown(id))?.text).toBe('Approved by lead, slack-u1.');
    },
  );

  it('approvals by people in the configuration still count', async () => {
    const id = await request();
    slackNow.trouble = new Unreachable('Slack cannot be reached.');
    set(
      'people',
      peopleOf({ ...file(), ops: { name: 'Ops', role: 'admin', identities: {} } }, access),
    );
    for (const line of [
      () => desk.as(ANN, `approve ${id}`),
      () => desk.say('lead', `approve ${id}`),
    ])
      await line();
    await desk.say('ops', `approve ${id}`);
    expect(await approvals.get(id)).toMatchObject({ reason: 'Approved by lead, ops.' });
  });

  it('a rejection counts all the same, because it does no harm', async () => {
    const id = await request();
    slackNow.trouble = new Unreachable('Slack cannot be reached.');
    await desk.as(ANN, `reject ${id}`);
    expect((await approvals.get(id)).status).toBe('rejected');
  });
});

describe('jobs/recount', () => {
  it('shows that a vote does not count after the group changed, and that it does again', async () => {
    const id = await request();
    await desk.as(ANN, `approve ${id}`);
    slackNow.groups.set('U1', []);
    await perform(id);
    expect((await shown(id))?.text).toBe(`Ann’s vote does not count: ${LEFT}.`);
    slackNow.groups.clear();
    await perform(id);
    expect((await shown(id))?.text).toBeUndefined();
    const { revision } = await approvals.get(id);
    const before = await desk.registry.outbox.load(`approval:${id}`);
    await perform(id);
    // Nothing new: nothing is stored, and no message is edited.
    expect((await approvals.get(id)).revision).toBe(revision);
    expect(await desk.registry.outbox.load(`approval:${id}`)).toEqual(before);
  });

  it('shows after a restart how the votes count with the current configuration', async () => {
    const id = await request();
    await desk.say('lead', `approve ${id}`);
    set('people', peopleOf(file('operator'), access));
    await recountAll({ approvals, jobs: desk.world.jobs });
    expect(desk.queued).toContainEqual({ job: 'recount', payload: { approval: id } });
    await perform(id);
    expect((await shown(id))?.text).toBe('Lead’s vote does not count: no longer an approver.');
    expect(slackNow.asked).toEqual([]);
  });

  it('is requested by a platform only if it has votes', async () => {
    const [here, there] = [await request(), await request()];
    await desk.as(ANN, `approve ${here}`);
    await desk.say('lead', `approve ${there}`);
    await recountAll({ approvals, jobs: desk.world.jobs }, 'slack');
    const of = desk.queued.map(({ payload }) => JSON.stringify(payload)).join();
    expect([of.includes(here), of.includes(there)]).toEqual([true, false]);
  });

  it('ignores closed requests', async () => {
    const id = await request();
    await desk.as(ANN, `approve ${id}`);
    desk.clock.forward(2e9);
    const before = await approvals.get(id);
    slackNow.groups.set('U1', []);
    await perform(id);
    expect(await approvals.get(id)).toEqual(before);
  });
});
