import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelsOf } from '../../config/models.ts';
import { peopleOf } from '../../config/people.ts';
import { couldBeSame, holds, type Identity, type Role } from '../../src/core/people.ts';
import type { Approval, Vote } from '../../src/core/ports/approvals.ts';
import type { Deployment } from '../../src/core/ports/deployments.ts';
import {
  judge,
  mayNotAct,
  mayNotBeServed,
  mayNotGoLive,
  waitsFor,
} from '../../src/release/policy.ts';
import { specOf } from '../jobs/workspace.ts';

const listed = (role: Role, identities: Record<string, string> = {}) => ({
  ...{ name: `the ${role}`, role, identities },
});
const FILE = {
  dev: listed('operator', { slack: 'UDEV', discord: '5' }),
  ann: listed('approver', { slack: 'UANN' }),
  bob: listed('approver'),
  eve: listed('viewer'),
};
const LEADS = { users: {}, channels: { CROOM: 'approver' as const } };
const ACCESS = {
  slack: { ...LEADS, groups: { SLEADS: 'approver' as const } },
  discord: { ...LEADS, groups: { '9': 'approver' as const } },
};

const needing = (needed: number) =>
  modelsOf([{ ...specOf('.'), approval: { needed, expiresHours: 1 } }]);
const now = (people = peopleOf(FILE, ACCESS), needed = 1) => ({ people, models: needing(needed) });

let minutes = 0;
function by(person: string, cast?: Identity, verdict: Vote['verdict'] = 'approve'): Vote {
  minutes += 1;
  const account = cast ?? { platform: 'web', user: person };
  return {
    ...{ person, verdict, at: new Date(minutes * 60_000), via: account.platform },
    cast: { by: account, from: { platform: account.platform, channel: 'C1' } },
  };
}
const slack = (user: string, ...groups: string[]): Identity => ({
  platform: 'slack',
  ...{ user, groups },
});
const discord = (user: string, ...groups: string[]): Identity => ({
  platform: 'discord',
  ...{ user, groups },
});

const request = (votes: Vote[], given: Partial<Approval> = {}) => ({
  ...{ model: 'flights', environment: 'production', requestedBy: 'dev', needed: 1, votes },
  ...given,
});
const staged = (votes: Vote[]) => ({ ...request(votes), environment: 'staging' });
const why = (ruling: ReturnType<typeof judge>) => ruling.notCounted.map(({ code }) => code);

describe('release/policy', () => {
  it('asks for the role in the environment of the request', () => {
    const people = peopleOf(
      {
        ...FILE,
        ann: { ...listed('approver'), roles: { staging: 'viewer' } },
        eve: { ...listed('viewer'), roles: { staging: 'approver' } },
      },
      ACCESS,
    );
    expect(judge(request([by('ann')]), now(people)).status).toBe('approved');
    expect(why(judge(staged([by('ann')]), now(people)))).toEqual(['role']);
    expect(judge(staged([by('eve')]), now(people)).status).toBe('approved');
    expect(why(judge(request([by('eve')]), now(people)))).toEqual(['role']);
  });

  it('takes as many approvals as the environment asks for', () => {
    const spec = specOf('.');
    const rule = { needed: 2, expiresHours: 1 };
    const models = modelsOf([{ ...spec, environments: { staging: { approval: rule } } }]);
    const here = { people: peopleOf(FILE, ACCESS), models };
    expect(judge(request([by('ann')]), here)).toMatchObject({ status: 'approved', needed: 1 });
    expect(judge(staged([by('ann')]), here)).toMatchObject({ status: 'waits', needed: 2 });
  });

  it('reports why someone may no longer act in an environment', () => {
    const roles = { staging: 'operator' as const };
    const people = peopleOf({ ...FILE, eve: { ...listed('viewer'), roles } }, ACCESS);
    const why = (where: string, person = 'eve', account?: Identity) =>
      mayNotAct(
        ...(['operator', where] as const),
        {
          person,
          ...(account && { cast: { by: account, from: { platform: 'slack', channel: 'C1' } } }),
        },
        { people },
      );
    expect(why('staging')).toBeUndefined();
    expect(why('production')).toContain('no longer has the operator role in production');
    expect(why('staging', 'gone')).toContain('gone is no longer a member');
    expect(why('staging', 'slack-u9', slack('U9', 'SLEADS'))).toBeUndefined();
    expect(why('staging', 'slack-u9', slack('U9'))).toContain('slack-u9');
  });

  it('knows whose vote a request waits for', () => {
    const { people } = now();
    const open = { ...request([by('ann')]), status: 'open' as const };
    const waits = (id: string, one: Parameters<typeof waitsFor>[1] = open) => {
      const person = people.byId(id);
      return person && waitsFor(person, one, { people });
    };
    expect(['ann', 'bob', 'eve', 'dev'].map((id) => waits(id))).toEqual([
      false,
      true,
      false,
      false,
    ]);
    expect(waits('bob', { ...open, status: 'checking' })).toBe(false);
  });

  it('is approved by enough approvals, and closed by one rejection', () => {
    const two = request([by('ann'), by('bob')], { needed: 2 });
    expect(judge(two, now())).toMatchObject({
      status: 'approved',
      reason: 'Approved by ann, bob.',
    });
    const one = request([by('ann')], { needed: 2 });
    expect(judge(one, now())).toMatchObject({
      ...{ status: 'waits', reason: '1 of 2 approvals missing.' },
    });
    const against = request([...two.votes, by('bob', undefined, 'reject')]);
    expect(judge(against, now())).toMatchObject({ status: 'rejected', reason: 'Rejected by bob.' });
  });

  it('counts two accounts that may belong to one person once, whichever voted first', () => {
    const votes = [by('slack-u1', slack('U1', 'SLEADS')), by('discord-7', discord('7', '9'))];
    for (const both of [votes, votes.toReversed()]) {
      const ruling = judge(request(both, { needed: 2 }), now());
      expect([ruling.status, ruling.approvals.length]).toEqual(['waits', 1]);
      expect(ruling.approvals).toEqual([both[0]]);
      expect(why(ruling)).toEqual(['could be another voter']);
    }
  });

  it('lets no vote that may be anybody’s stand in the way of two that are surely two people’s', () => {
    const doubtful = by('discord-7', discord('7', '9'));
    const [one, two] = [
      by('slack-u1', slack('U1', 'SLEADS')),
      by('slack-u2', slack('U2', 'SLEADS')),
    ];
    const ruling = judge(request([doubtful, one, two], { needed: 2 }), now());
    expect(ruling).toMatchObject({ status: 'approved', approvals: [one, two] });
  });

  it('does not count voters who are no longer approvers', () => {
    const gone = peopleOf({ ...FILE, ann: listed('operator') }, ACCESS);
    const ruling = judge(request([by('ann')]), now(gone));
    expect(ruling).toMatchObject({
      status: 'waits',
      notCounted: [{ name: 'the operator', code: 'role', why: 'no longer an approver' }],
    });
    expect(why(judge(request([by('left')]), now()))).toEqual(['gone']);
  });

  it('asks what an account’s groups and channel give it now', () => {
    const vote = by('slack-u1', slack('U1', 'SLEADS'));
    expect(judge(request([vote], { requestedBy: 'slack-u2' }), now()).status).toBe('approved');
    const others = peopleOf(FILE, { ...ACCESS, slack: { ...LEADS, groups: {} } });
    expect(why(judge(request([vote], { requestedBy: 'slack-u2' }), now(others)))).toEqual(['role']);
    const room = {
      ...vote,
      cast: { by: slack('U1'), from: { platform: 'slack', channel: 'CROOM' } },
    };
    expect(judge(request([room], { requestedBy: 'slack-u2' }), now()).status).toBe('approved');
    // Stored before votes recorded their account: what that account may do is unknown.
    const { cast: _, ...old } = vote;
    expect(why(judge(request([old], { requestedBy: 'slack-u2' }), now()))).toEqual(['role']);
  });

  it('does not count the requester’s own earlier vote once their accounts are linked', () => {
    const vote = by('ann', slack('UANN'));
    const asked = request([vote], { requestedBy: 'discord-7' });
    const people = peopleOf(FILE, ACCESS);
    people.link({ platform: 'discord', user: '7', person: 'ann' });
    expect(why(judge(asked, now(people)))).toEqual(['own']);
  });

  it('does not count the approval of whoever overrode a gate of it, but their rejection', () => {
    const order = { gate: 'worst slice', reason: 'x', at: new Date(0), revision: 1 };
    const over = (votes: Vote[], author: string, needed = 1) =>
      request(votes, { needed, override: { ...order, by: author } });
    const ruling = judge(over([by('ann')], 'ann'), now());
    expect(ruling).toMatchObject({
      ...{ status: 'waits', approvals: [] },
      notCounted: [
        { code: 'override', why: 'they overrode the gate "worst slice" of this request' },
      ],
    });
    expect(judge(over([by('ann'), by('bob')], 'ann'), now()).status).toBe('approved');
    expect(judge(over([by('ann'), by('bob')], 'ann', 2), now()).status).toBe('waits');
    expect(judge(over([by('ann', undefined, 'reject')], 'ann'), now()).status).toBe('rejected');
    // Without the override the same vote counts.
    expect(judge(request([by('ann')]), now()).status).toBe('approved');
    expect(why(judge(over([by('ann')], 'left'), now()))).toEqual(['override author gone']);
  });

  it('knows the author of an override by any of their accounts', () => {
    const order = { gate: 'worst slice', reason: 'x', at: new Date(0), revision: 1 };
    const vote = by('slack-u1', slack('U1', 'SLEADS'));
    const asked = request([vote], {
      ...{ requestedBy: 'slack-u2', override: { ...order, by: 'discord-7' } },
    });
    const people = peopleOf(FILE, ACCESS);
    expect(why(judge(asked, now(people)))).toEqual(['could be the author']);
    people.link({ platform: 'discord', user: '7', person: 'ann' });
    const linked = { ...asked, requestedBy: 'dev', votes: [by('ann', slack('UANN'))] };
    expect(why(judge(linked, now(people)))).toEqual(['override']);
    const open = { ...linked, status: 'open' as const, votes: [] };
    const waits = ['ann', 'bob'].map((id) => {
      const person = people.byId(id);
      return person && waitsFor(person, open, { people });
    });
    expect(waits).toEqual([false, true]);
  });

  it('does not count a vote whose account now belongs to someone else', () => {
    const people = peopleOf(FILE, ACCESS);
    people.link({ platform: 'slack', user: 'U5', person: 'bob' });
    expect(why(judge(request([by('ann', slack('U5'))]), now(people)))).toEqual(['moved']);
  });

  it('uses the currently configured number of approvals if it was raised, and never a lower one', () => {
    expect(judge(request([by('ann')]), now(undefined, 2))).toMatchObject({
      ...{ status: 'waits', needed: 2 },
    });
    expect(judge(request([by('ann')], { needed: 3 }), now(undefined, 2)).needed).toBe(3);
  });

  it('does not approve a request by an unknown person, but allows rejecting it', () => {
    const unknown = { requestedBy: 'left' };
    expect(why(judge(request([by('ann')], unknown), now()))).toEqual(['asker gone']);
    const against = request([by('ann', undefined, 'reject')], unknown);
    expect(judge(against, now()).status).toBe('rejected');
  });
});

const account = fc.constantFrom(
  ...['dev', 'ann', 'bob', 'eve', 'left'].map((user) => ({ platform: 'web', user })),
  slack('UANN'),
  ...['U1', 'U2', 'U3'].flatMap((user) => [slack(user), slack(user, 'SLEADS')]),
  ...['7', '8'].flatMap((user) => [discord(user), discord(user, '9')]),
);
const person = fc.constantFrom(
  ...['dev', 'ann', 'bob', 'eve', 'left', 'slack-u1', 'slack-u2', 'slack-u3', 'discord-7'],
);
const vote = fc
  .tuple(account, fc.constantFrom<Vote['verdict']>('approve', 'approve', 'approve', 'reject'))
  .map(([who, verdict]) => {
    const id = who.platform === 'web' ? who.user : `${who.platform}-${who.user.toLowerCase()}`;
    return by(id === 'slack-uann' ? 'ann' : id, who, verdict);
  });
const links = fc.array(
  fc.record(
    {
      platform: fc.constantFrom('slack', 'discord'),
      user: fc.constantFrom('U1', 'U2', '7', '8'),
      person,
      vouched: fc.constant<true>(true),
    },
    { requiredKeys: ['platform', 'user', 'person'] },
  ),
  { maxLength: 4 },
);

describe('release/policy, at the switch', () => {
  const since = new Date('2026-05-01T10:00:00Z');
  const deployment: Deployment = {
    ...{ id: 'd1', model: 'flights', version: 2, environment: 'production', artifact: 'a2' },
    ...{ status: 'live', kind: 'promotion', by: 'dev', reason: '', approval: 'approval-1', since },
  };
  const approval: Approval = {
    ...{ id: 'approval-1', status: 'approved', version: 2, revision: 1, createdAt: since },
    ...request([by('ann')]),
    evidence: { artifact: 'a2', gates: [], metrics: {}, digest: 'e' },
  };

  it.each([
    [undefined, 'there is no approval of flights v2 for production'],
    [{ ...approval, id: 'approval-2' }, 'there is no approval of flights v2 for production'],
    [{ ...approval, version: 3 }, 'approval-1 is not an approval of flights v2 for production'],
    [{ ...approval, environment: 'staging' }, 'is not an approval of flights v2 for production'],
    [{ ...approval, status: 'open' as const }, 'approval-1 is not approved'],
    [
      { ...approval, evidence: { artifact: 'a3', gates: [], metrics: {}, digest: 'e' } },
      'flights v2 is not the artifact that was approved',
    ],
    [{ ...approval, votes: [by('eve')] }, 'approval-1 is no longer approved'],
  ])('nothing goes live by an approval that is not for it, or does not hold', (given, words) => {
    expect(mayNotGoLive(deployment, given, now())?.why).toContain(words);
  });

  it('asks the gateway to serve only what may go live, as long as the switch is new', () => {
    const left = peopleOf({ dev: FILE.dev }, {});
    const at = (minutes: number, people = left) => ({
      ...now(people),
      time: new Date(since.getTime() + minutes * 60_000),
    });
    expect(mayNotBeServed(deployment, approval, at(0, peopleOf(FILE, {})))).toBeUndefined();
    expect(mayNotBeServed(deployment, approval, at(0))).toMatchObject({
      ...{ why: 'approval-1 is no longer approved', ruling: { notCounted: [{ code: 'gone' }] } },
    });
    expect(mayNotBeServed(deployment, undefined, at(14))?.why).toContain('there is no approval');
    // After it was served, its approvers may leave.
    const confirmed = { ...approval, confirmedAt: since };
    expect(mayNotBeServed(deployment, confirmed, at(1))).toBeUndefined();
    expect(mayNotBeServed(deployment, approval, at(16))).toBeUndefined();
    expect(mayNotBeServed({ ...deployment, kind: 'rollback' }, undefined, at(0))).toBeUndefined();
  });
});

describe('release/policy, whatever the votes and links', () => {
  const world = fc.record({
    votes: fc.uniqueArray(vote, { maxLength: 7, selector: (one) => one.person }),
    requestedBy: person,
    author: fc.option(person),
    needed: fc.integer({ min: 1, max: 3 }),
    raised: fc.integer({ min: 1, max: 3 }),
    links,
  });

  it('approvals are of approvers, none the asker’s, none of whoever overrode a gate, each two surely two people’s', () => {
    fc.assert(
      fc.property(world, ({ votes, requestedBy, author, needed, raised, links }) => {
        const people = peopleOf(FILE, ACCESS);
        people.replaceLinks(links);
        const order = { gate: 'AUC', reason: 'x', at: new Date(0), revision: 1 };
        const override = author === null ? {} : { override: { ...order, by: author } };
        const asked = request(votes, { requestedBy, needed, ...override });
        const ruling = judge(asked, now(people, raised));
        const persons = ruling.approvals.map(({ cast }) => cast && people.of(cast.by, cast.from));
        const asker = people.byId(requestedBy);
        for (const [n, one] of persons.entries()) {
          if (!one || !asker) throw new Error('of nobody');
          expect(holds(one, 'approver')).toBe(true);
          expect(couldBeSame(one, asker)).toBe(false);
          const over = author === null ? undefined : people.byId(author);
          if (author !== null) expect(over && couldBeSame(one, over)).toBe(false);
          for (const other of persons.slice(n + 1))
            expect(other && couldBeSame(one, other)).toBe(false);
        }
        expect(ruling.needed).toBe(Math.max(needed, raised));
        if (ruling.status === 'approved') expect(persons.length).toBeGreaterThanOrEqual(raised);
        // Every vote is counted, or has a reason why not, or is the one that ended it.
        const doubted = ruling.notCounted.map((one) => one.vote);
        for (const one of votes.filter(({ verdict }) => verdict === 'approve'))
          expect([...ruling.approvals, ...doubted]).toContain(one);
      }),
    );
  });

  it('as many count as can, and one vote more never takes an approval away', () => {
    fc.assert(
      fc.property(world, vote, ({ votes, links }, more) => {
        const people = peopleOf(FILE, ACCESS);
        people.replaceLinks(links);
        const count = (all: Vote[]) => judge(request(all), now(people)).approvals.length;
        fc.pre(votes.every(({ person }) => person !== more.person));
        expect(count([...votes, more])).toBeGreaterThanOrEqual(count(votes));
        expect(count(votes)).toBe(count(votes.toReversed()));
      }),
      { numRuns: 1000 },
    );
  });
});
