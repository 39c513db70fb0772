import { describe, expect, it } from 'vitest';
import { modelsOf } from '../../config/models.ts';
import { peopleOf } from '../../config/people.ts';
import type { Approval } from '../../src/core/ports/approvals.ts';
import type { EndpointState, Lock } from '../../src/core/ports/endpoints.ts';
import type { Frozen } from '../../src/release/policy/freezes.ts';
import { automationMayAct, judgeSwitch, released, takenOver } from '../../src/release/policy.ts';
import { specOf } from '../jobs/workspace.ts';

const people = peopleOf(
  {
    dev: { name: 'Dev', role: 'operator', identities: {} },
    ann: { name: 'Ann', role: 'approver', identities: {} },
  },
  {},
);
const models = modelsOf([{ ...specOf('.'), approval: { needed: 1, expiresHours: 1 } }]);
const time = new Date('2026-06-01T10:00:00Z');
const minute = (minutes: number) => new Date(time.getTime() + minutes * 60_000);

const approval: Approval = {
  ...{ id: 'approval-1', model: 'flights', version: 3, environment: 'production' },
  ...{ requestedBy: 'dev', status: 'approved', needed: 1, revision: 1, createdAt: time },
  votes: [{ person: 'ann', verdict: 'approve', at: time, via: 'web' }],
  evidence: { artifact: 'aa', gates: [], metrics: {}, digest: 'dd' },
};
const order = {
  ...{ id: 'deployment-1', model: 'flights', version: 3, environment: 'production' },
  ...{ artifact: 'aa', by: 'dev', reason: 'approved', approval: 'approval-1' },
};
const free: EndpointState = { model: 'flights', environment: 'production', revision: 4 };
const hold = { since: time, by: 'ann', why: 'a rollback: it misses late flights' };
const other: Lock = {
  ...{ by: 'bob', why: 'promoting v2', change: 'approval-0', since: time, until: minute(15) },
};
const open = { calendar: { windows: [], readOnly: false }, freezes: [] };
const now = (endpoint: EndpointState, minutes = 1, newest = 3, frozen: Frozen = open) => ({
  ...{ people, models, endpoint, newest, frozen, time: minute(minutes) },
});

describe('release/policy, the endpoint at the switch', () => {
  it('locks the endpoint with the switch, and takes its own lock again', () => {
    const lock = { by: 'dev', why: 'promoting v3', change: 'approval-1' };
    const ruling = judgeSwitch(order, approval, now(free));
    expect(ruling).toEqual({
      status: 'go',
      change: { lock: { ...lock, since: minute(1), until: minute(16) } },
    });
    const mine = { ...free, lock: { ...lock, since: time, until: minute(15) } };
    expect(judgeSwitch(order, approval, now(mine)).status).toBe('go');
  });

  it("waits while another change's lock counts", () => {
    const locked = { ...free, lock: other };
    expect(judgeSwitch(order, approval, now(locked))).toEqual({ status: 'waits', lock: other });
    expect(judgeSwitch(order, approval, now(locked, 15)).status).toBe('go');
    expect(released(locked, 'approval-1')).toBeUndefined();
    expect(released(locked, 'approval-0')).toEqual({ lock: null });
  });

  it('refuses to switch in a freeze that began after the vote', () => {
    const freeze = { id: 'f', environment: 'production', why: 'Black Friday', by: 'ann' };
    const begun = { ...open, freezes: [{ ...freeze, since: minute(1), until: minute(60) }] };
    expect(judgeSwitch(order, approval, now(free, 1, 3, begun))).toMatchObject({
      status: 'frozen',
      freeze: { frozen: 'Black Friday, by ann', changes: minute(60) },
    });
    expect(judgeSwitch(order, approval, now(free, 60, 3, begun)).status).toBe('go');
    const readOnly = { ...open, calendar: { ...open.calendar, readOnly: true } };
    expect(judgeSwitch(order, approval, now(free, 1, 3, readOnly)).status).toBe('frozen');
  });

  it('refuses what an automation asked for while the endpoint is on hold, and nothing else', () => {
    const held = { ...free, hold };
    expect(automationMayAct(free)).toEqual({ may: true });
    expect(automationMayAct(held)).toMatchObject({
      ...{ may: false, hold },
      why: 'automation of flights in production is on hold: a rollback: it misses late flights',
    });
    const automatic = { ...approval, automation: 'schedule nightly' };
    expect(judgeSwitch(order, automatic, now(held))).toMatchObject({
      status: 'refused',
      objection: { why: expect.stringContaining('on hold') },
    });
    expect(judgeSwitch(order, approval, now(held)).status).toBe('go');
    expect(judgeSwitch(order, automatic, now(free)).status).toBe('go');
  });

  it('is held by a person who promotes another version than the newest one', () => {
    const older = judgeSwitch(order, approval, now(free, 1, 5));
    expect(older).toMatchObject({
      change: { hold: { by: 'dev', why: 'v3 was promoted, and v5 is newer' } },
    });
    const automatic = { ...approval, automation: 'schedule nightly' };
    expect(judgeSwitch(order, automatic, now(free, 1, 5))).not.toHaveProperty('change.hold');
    expect(judgeSwitch(order, approval, now({ ...free, hold }))).not.toHaveProperty('change.hold');
  });

  it('counts the votes of an automation without its owner', () => {
    const mine = { ...approval, requestedBy: 'ann', automation: 'agent helper' };
    expect(judgeSwitch(order, mine, now(free))).toMatchObject({
      status: 'refused',
      objection: { ruling: { notCounted: [{ code: 'own' }] } },
    });
  });

  it('gives a rollback the lock, whoever has it, and holds automation', () => {
    const change = { by: 'ann', why: 'rolling back', change: 'deployment-2' };
    expect(takenOver(change, hold.why, time)).toEqual({
      lock: { ...change, since: time, until: minute(15) },
      hold,
    });
  });
});
