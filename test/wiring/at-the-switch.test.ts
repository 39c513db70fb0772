import { expect, it } from 'vitest';
import { modelsOf } from '../../config/models.ts';
import { peopleOf } from '../../config/people.ts';
import { NotFound } from '../../src/core/errors.ts';
import type { Approval } from '../../src/core/ports/approvals.ts';
import type { Deployment } from '../../src/core/ports/deployments.ts';
import { askedAtTheSwitch } from '../../src/wiring/at-the-switch.ts';
import { specOf } from '../jobs/workspace.ts';

const since = new Date('2026-05-01T10:00:00Z');
const deployment: Deployment = {
  ...{ id: 'd1', model: 'flights', version: 2, environment: 'production', artifact: 'a2' },
  ...{ status: 'live', kind: 'promotion', by: 'dev', reason: '', approval: 'approval-1', since },
};
const slack = { platform: 'slack', user: 'U1' };
const approval: Approval = {
  ...{ id: 'approval-1', model: 'flights', version: 2, environment: 'production' },
  ...{ requestedBy: 'dev', status: 'approved', needed: 1, revision: 1, createdAt: since },
  votes: [
    {
      ...{ person: 'slack-u1', verdict: 'approve', at: since, via: 'slack' },
      cast: { by: slack, from: { platform: 'slack', channel: 'C1' } },
    },
  ],
  evidence: { artifact: 'a2', gates: [], metrics: {}, digest: 'e' },
};

function gateway() {
  const seen: {
    approval?: Approval | undefined;
    links: number;
    asked: number;
    ticket?: string | undefined;
    subjects: unknown[];
    ready: boolean;
    now: Date;
    publishes?: boolean;
  } = {
    approval,
    subjects: [],
    ready: true,
    now: since,
    links: 0,
    asked: 0,
  };
  const people = peopleOf(
    { dev: { name: 'Dev', role: 'operator', identities: { slack: 'UDEV' } } },
    { slack: { users: { U1: 'approver' }, groups: {}, channels: {} } },
  );
  const ask = askedAtTheSwitch({
    ...{ people, models: modelsOf([specOf('.')]), clock: { now: () => seen.now } },
    ticketCheck: {
      async whyNot(subject) {
        seen.subjects.push(subject);
        // The policy process publishes its keys while a gateway looks for them.
        if (seen.publishes) seen.ready = true;
        return seen.ticket;
      },
      ready: async () => seen.ready,
    },
    approvals: {
      async get(id) {
        seen.asked += 1;
        if (seen.approval) return seen.approval;
        throw new NotFound(`There is no approval ${id}.`);
      },
    },
    links: {
      // Since the vote, the account was linked to the person who made the request.
      list: async () => (seen.links > 0 ? [{ ...slack, person: 'dev', vouched: true }] : []),
    },
  });
  return { seen, ask };
}

it('serves what is approved at the switch, and does not ask about it again', async () => {
  const { seen, ask } = gateway();
  expect(await ask(deployment)).toBeUndefined();
  seen.links = 1;
  expect(await ask(deployment)).toBeUndefined();
  expect(seen.asked).toBe(1);
});

it('does not serve what is not approved any more when the gateway switches, and says why', async () => {
  const { seen, ask } = gateway();
  seen.links = 1;
  expect(await ask(deployment)).toMatch(
    /^approval-1 is no longer approved, so flights v2 is not served\. .*vote does not count: .*/,
  );
  seen.approval = undefined;
  expect(await ask(deployment)).toBe(
    'there is no approval of flights v2 for production, so flights v2 is not served.',
  );
  expect(await ask({ ...deployment, kind: 'rollback' })).toBeUndefined();
});

it('does not serve what has no ticket, whatever kind of switch the registry calls it', async () => {
  const { seen, ask } = gateway();
  seen.ticket = 'there is no valid ticket for flights v2 in production';
  const why = 'there is no valid ticket for flights v2 in production, so flights v2 is not served.';
  expect(await ask(deployment)).toBe(why);
  expect(await ask({ ...deployment, kind: 'rollback' })).toBe(why);
  expect(await ask({ ...deployment, since: new Date(0) })).toBe(why);
  const subject = { model: 'flights', version: 2, environment: 'production', artifact: 'a2' };
  // A rollback needs its version's ticket, a promotion that of its own request.
  expect(seen.subjects).toEqual([
    { ...subject, approval: 'approval-1' },
    subject,
    { ...subject, approval: 'approval-1' },
  ]);
});

it('asks again about a deployment whose document was changed after it was admitted', async () => {
  const { seen, ask } = gateway();
  expect(await ask(deployment)).toBeUndefined();
  seen.ticket = 'there is none';
  expect(await ask(deployment)).toBeUndefined();
  for (const change of [{ artifact: 'a3' }, { version: 3 }, { environment: 'staging' }])
    expect(await ask({ ...deployment, ...change })).toContain('there is none');
});

it('waits, and refuses nothing for ever, until the first policy process was ready', async () => {
  const { seen, ask } = gateway();
  Object.assign(seen, { ready: false, ticket: 'there is none' });
  await expect(ask(deployment)).rejects.toThrow('no policy process has been ready here yet');
  seen.ticket = undefined;
  expect(await ask(deployment)).toBeUndefined();
});

it('refuses nothing for ever while the first policy process becomes ready', async () => {
  const { seen, ask } = gateway();
  Object.assign(seen, { ready: false, publishes: true, ticket: 'no key is trusted here' });
  await expect(ask(deployment)).rejects.toThrow('no policy process has been ready here yet');
  seen.ticket = undefined;
  expect(await ask(deployment)).toBeUndefined();
});

it('serves what it admitted until there may be a new ticket after its key was revoked, and no longer', async () => {
  const { seen, ask } = gateway();
  const at = (seconds: number) => {
    seen.now = new Date(since.getTime() + seconds * 1000);
  };
  expect(await ask(deployment)).toBeUndefined();
  seen.ticket = 'its key is revoked';
  expect(await ask(deployment)).toBeUndefined();
  at(50);
  expect(await ask(deployment)).toBeUndefined();
  seen.ticket = undefined; // a new one
  at(70);
  expect(await ask(deployment)).toBeUndefined();
  seen.ticket = 'its key is revoked';
  at(80);
  expect(await ask(deployment)).toBeUndefined();
  // Nothing else is admitted by it, not even for a second.
  expect(await ask({ ...deployment, id: 'd2' })).toContain('its key is revoked');
  at(141);
  expect(await ask(deployment)).toContain('its key is revoked');
  expect(await ask(deployment)).toContain('its key is revoked');
});
