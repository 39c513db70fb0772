import { describe, expect, it } from 'vitest';
import { happened } from '../../src/cards/happened.ts';
import { ACTIONS, type AuditEvent } from '../../src/core/ports/audit.ts';
import type { Subscription } from '../../src/core/ports/subscriptions.ts';
import { covers, coversAlert, kindOf } from '../../src/core/subscribed.ts';

const address = { platform: 'slack', channel: 'D1', direct: true } as const;
const mine: Subscription = {
  ...{ person: 'dev', model: 'flights', kinds: ['deployments'], since: 10, address },
};
const event = (change: Partial<AuditEvent> = {}): AuditEvent => ({
  ...{ id: 'e', by: 'lead', action: 'deployment.live', subject: 'approval-1', model: 'flights' },
  ...{ environment: 'production', via: 'queue', sequence: 11, hash: 'h', previous: 'p' },
  at: new Date('2026-11-30T12:00:00Z'),
  ...change,
});

describe('a subscription', () => {
  it.each<[string, Partial<Subscription>, Partial<AuditEvent>, boolean]>([
    ['covers its kind', {}, {}, true],
    ['covers no other model', {}, { model: 'delay' }, false],
    ['covers nothing from before', {}, { sequence: 10 }, false],
    ['covers no other kind', { kinds: ['data'] }, {}, false],
    ['covers its environment', { environment: 'production' }, {}, true],
    ['covers no other environment', { environment: 'staging' }, {}, false],
  ])('%s', (_, change, happening, expected) => {
    expect(covers({ ...mine, ...change }, 'deployments', event(happening))).toBe(expected);
  });

  it('to an environment covers what concerns none', () => {
    const { environment: _, ...trained } = event({ action: 'version.register' });
    const wanted: Subscription = { ...mine, kinds: ['training'], environment: 'staging' };
    expect(covers(wanted, 'training', trained)).toBe(true);
  });

  it('to alerts covers its grade and its environment only', () => {
    const harm = { grade: 'harm', environment: 'production' } as const;
    const inform = { ...harm, grade: 'inform' } as const;
    const both = (change: Partial<Subscription>) =>
      [harm, inform].map((alert) => coversAlert({ ...mine, ...change }, alert));
    expect(both({ grade: 'all' })).toEqual([true, true]);
    expect(both({ grade: 'harm' })).toEqual([true, false]);
    expect(both({})).toEqual([false, false]);
    expect(both({ grade: 'all', environment: 'staging' })).toEqual([false, false]);
  });
});

describe('the line about an event', () => {
  const recorded = {
    before: { version: 2 },
    after: { version: 3, reason: 'why', name: 'june.csv', outcome: 'aborted', gate: 'auc' },
  };

  it.each(ACTIONS.filter((action) => kindOf(action)))('names what %s was about', (action) => {
    const card = happened(event({ action, ...recorded }), 'Ada')?.card;
    expect(card?.title).toMatch(/flights|approval-1/);
    expect(card?.title).not.toMatch(/undefined|\?/);
    expect(card?.text).toMatch(/^More: \/[a-z]+ (flights|approval-1)/);
    expect(happened(event({ action }), 'Ada')?.card.title).not.toContain('undefined');
  });

  it('says who did what, and why', () => {
    const line = happened(event({ action: 'deployment.rollback', ...recorded }), 'Ada');
    expect(line?.card).toMatchObject({
      title: 'Ada rolled flights back to v3 in production: why',
      tone: 'warning',
      text: 'More: /history flights',
    });
  });

  it('stays one short line, whatever a reason contains', () => {
    const reason = `a\n\u202e${'x'.repeat(5000)}`;
    const line = happened(event({ action: 'endpoint.hold', after: { reason } }), 'A\u2028B');
    expect(line?.card.title).toMatch(
      /^A B put automation of flights in production on hold: a x+…$/,
    );
    expect(line?.card.title.length).toBeLessThan(300);
  });

  it('is left out where another event says it, and for what nobody can subscribe to', () => {
    const ended = event({ action: 'rollout.end', after: { outcome: 'promoted' } });
    expect(happened(ended, 'Ada')).toBeUndefined();
    expect(happened(event({ action: 'command.train' }), 'Ada')).toBeUndefined();
    expect(happened(event({ action: 'toString' }), 'Ada')).toBeUndefined();
  });
});
