import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { peopleOf } from '../../config/people.ts';
import { openDesk } from './desk.ts';

/** One human with an account on each platform; each may request and approve by a group of that platform. */
const HERE = { platform: 'slack', user: 'U1', name: 'Xaver', groups: ['S0LEADS'] };
const THERE = { platform: 'discord', user: '7', name: 'Xaver', groups: ['9'] };
/** Accounts are free to create; this one has no rights. */
const FREE = { platform: 'discord', user: '8', name: 'Nobody' };
/** Another person with an account on both, also not in the configuration. */
const MATE = { platform: 'slack', user: 'U2', name: 'Mia', groups: ['S0LEADS'] };
const MATE_THERE = { platform: 'discord', user: '6', name: 'Mia', groups: ['9'] };
type Account = Parameters<Awaited<ReturnType<typeof openDesk>>['as']>[0];

let desk: Awaited<ReturnType<typeof openDesk>>;
beforeEach(async () => {
  desk = await openDesk();
  const none = { users: {}, channels: {} };
  const people = peopleOf(
    { dev: { name: 'Dev', role: 'operator', identities: { slack: 'U9' } } },
    {
      slack: { ...none, groups: { S0LEADS: 'approver' } },
      discord: { ...none, groups: { '9': 'approver' } },
    },
  );
  Object.assign(desk.world, { people });
});
afterEach(() => desk.close());

async function codeOf(account: Account): Promise<string> {
  const { card } = await desk.as(account, 'link');
  return /"\/link (\S+)"/.exec(card.title)?.[1] ?? '';
}

async function requestBy(account: Account, needed = 1): Promise<string> {
  const asked = await desk.as(account, `promote flights ${await version()}`);
  const id = asked.subject?.slice('approval:'.length) ?? '';
  const evidence = { artifact: 'a'.repeat(64), gates: [], metrics: {}, digest: 'e'.repeat(64) };
  await desk.registry.approvals.open(id, evidence, new Date(Date.now() + 1e9));
  if (needed > 1) {
    const probe = await desk.connect();
    await probe
      .collection<{ _id: string }>('approvals')
      .updateOne({ _id: id }, { $set: { needed } });
  }
  return id;
}

async function version(): Promise<number> {
  return (await desk.addVersion('run-1')).number;
}

const votes = async (id: string) =>
  (await desk.registry.approvals.get(id)).votes.map(({ person }) => person);

describe('one person with several accounts', () => {
  it('cannot approve by linking the requesting account to the voting account', async () => {
    const id = await requestBy(HERE);
    await desk.as(HERE, `link ${await codeOf(THERE)}`);
    for (const account of [HERE, THERE])
      expect((await desk.as(account, `approve ${id}`)).card.title).toMatch(/requested .* yourself/);
    expect(await votes(id)).toEqual([]);
  });

  it('cannot approve by linking the voting account to the requesting account', async () => {
    const id = await requestBy(HERE);
    await desk.as(THERE, `link ${await codeOf(HERE)}`);
    expect((await desk.as(THERE, `approve ${id}`)).card.title).toMatch(/requested .* yourself/);
    expect(await votes(id)).toEqual([]);
  });

  it('stays one person if both accounts enter each other’s code', async () => {
    const [mine, yours] = [await codeOf(HERE), await codeOf(THERE)];
    const before = await requestBy(HERE);
    await desk.as(HERE, `link ${yours}`);
    await desk.as(THERE, `link ${mine}`);
    // Both at the same moment, in two processes.
    const both = [
      { platform: 'slack', user: 'U1', person: 'discord-7', vouched: true },
      { platform: 'discord', user: '7', person: 'slack-u1', vouched: true },
    ] as const;
    for (const links of [await desk.registry.links.list(), both]) {
      desk.world.people.replaceLinks(links);
      for (const account of [HERE, THERE])
        expect((await desk.as(account, `approve ${before}`)).card.title).toMatch(/yourself/);
    }
    expect(await votes(before)).toEqual([]);
  });

  it('is not two people through another account that only they vouch for', async () => {
    await desk.as(FREE, `link ${await codeOf(HERE)}`);
    const id = await requestBy(HERE);
    expect((await desk.as(THERE, `approve ${id}`)).card.title).toMatch(/may be the same person/);
    expect(await votes(id)).toEqual([]);
  });

  it('votes once, also when the accounts are linked between two votes', async () => {
    const id = await requestBy(MATE, 2);
    await desk.as(MATE_THERE, `link ${await codeOf(MATE)}`);
    await desk.as(HERE, `approve ${id}`);
    expect(await votes(id)).toEqual(['slack-u1']);
    await desk.as(HERE, `link ${await codeOf(THERE)}`);
    for (const account of [HERE, THERE]) await desk.as(account, `approve ${id}`);
    const { status } = await desk.registry.approvals.get(id);
    expect([status, (await votes(id)).length]).toEqual(['open', 1]);
  });

  it('can withdraw with one account what the other voted before they were linked', async () => {
    const id = await requestBy(MATE, 2);
    await desk.as(HERE, `approve ${id}`);
    await desk.as(HERE, `link ${await codeOf(THERE)}`);
    await desk.as(THERE, `withdraw ${id}`);
    expect(await votes(id)).toEqual([]);
  });
});

describe('two people', () => {
  it('count as two if both linked accounts with rights from the platforms', async () => {
    await desk.as(MATE_THERE, `link ${await codeOf(MATE)}`);
    const id = await requestBy(MATE);
    await desk.as(THERE, `approve ${id}`);
    expect(await votes(id)).toEqual(['discord-7']);
  });
});
