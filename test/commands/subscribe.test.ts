import { afterAll, describe, expect, it } from 'vitest';
import { createAdapter } from '../outbox/adapters.ts';
import { openDesk } from './desk.ts';

const slack = {
  ...createAdapter('web').platform,
  direct: async ({ user }: { user: string }) => ({ platform: 'web', channel: `D-${user}` }),
};
const desk = await openDesk('examples/flights', [slack, createAdapter('terminal').platform]);
afterAll(() => desk.close());
const { subscriptions, audit, outbox } = desk.registry;

describe('/subscribe', () => {
  it('stores where the alerts of a model go, once for each person, until they end it', async () => {
    const first = await desk.say('dev', 'subscribe flights harm');
    expect(first).toMatchObject({ audience: 'caller', data: { alerts: 'harm' } });
    await desk.say('dev', 'subscribe flights');
    const address = { platform: 'web', channel: 'D-dev', direct: true };
    const mine = { person: 'dev', model: 'flights', grade: 'all', address };
    expect(await subscriptions.of('flights')).toEqual([mine]);
    expect(await subscriptions.of('delay')).toEqual([]);
    expect((await desk.say('dev', 'unsubscribe flights')).card.tone).toBe('success');
    expect((await desk.say('dev', 'unsubscribe flights')).card.title).toContain('no subscription');
    expect(await subscriptions.of('flights')).toEqual([]);
    expect((await audit.list({ subject: 'dev' })).map(({ action }) => action)).toEqual([
      ...['subscription.remove', 'subscription.add', 'subscription.add'],
    ]);
  });

  it('refuses where there are no direct messages, and what it does not know', async () => {
    const by = { platform: 'terminal', user: 'dev' };
    expect((await desk.as(by, 'subscribe flights')).card.title).toMatch(
      /^Direct messages are not available on terminal/,
    );
    expect((await desk.say('dev', 'subscribe flights some')).fault).toBe('usage');
    expect((await desk.say('dev', 'subscribe nothing')).fault).toBe('usage');
    expect(await subscriptions.of('flights')).toEqual([]);
  });
});

describe('a direct message', () => {
  it('is edited in place and has no thread', async () => {
    const direct = { platform: 'slack', channel: 'D1', direct: true } as const;
    const channel = { platform: 'slack', channel: 'C1' };
    const state = { card: { title: 'x', tone: 'note' }, outcome: 'pending', data: null } as const;
    const early = await outbox.putReply('alert:a', 'began', state);
    for (const address of [channel, direct]) await outbox.attach('alert:a', address, state);
    const late = await outbox.putReply('alert:a', 'over', state);
    const places = async (subject: typeof early) =>
      (await outbox.copies(subject)).map(({ address }) => address.channel);
    expect(await places('alert:a')).toEqual(['C1', 'D1']);
    expect([await places(early), await places(late)]).toEqual([['C1'], ['C1']]);
  });
});
