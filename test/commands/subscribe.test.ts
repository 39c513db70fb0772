import { afterAll, describe, expect, it } from 'vitest';
import { createAdapter } from '../outbox/adapters.ts';
import { openDesk } from './desk.ts';

const terminal = { ...createAdapter('terminal').platform, channelsEnd: true as const };
const slack = {
  ...createAdapter('web').platform,
  direct: async ({ user }: { user: string }) => ({ platform: 'web', channel: `D-${user}` }),
};
const desk = await openDesk('examples/flights', [slack, terminal]);
afterAll(() => desk.close());
const { subscriptions, audit, outbox } = desk.registry;

describe('/subscribe', () => {
  it('stores where the alerts of a model go, once for each person, until they end it', async () => {
    const first = await desk.say('dev', 'subscribe flights harm');
    expect(first).toMatchObject({ audience: 'caller', data: { grade: 'harm', here: false } });
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

  it('stores kinds of events, where and from when on, in its place of each channel', async () => {
    const at = (await audit.head())?.sequence;
    await desk.say('dev', 'subscribe flights Harm,deployments --in production');
    await desk.say('lead', 'subscribe flights all --here');
    const reply = await desk.say('dev', 'subscribe flights data --here');
    expect(reply.card.title).toBe('This channel gets data of flights.');
    const [here, mine] = await subscriptions.of('flights');
    expect(mine).toMatchObject({ grade: 'harm', kinds: ['deployments'], since: at });
    expect(mine).toMatchObject({ environment: 'production', address: { direct: true } });
    // The newest applies, and nothing of the earlier one is left.
    expect(here).toMatchObject({ person: 'dev', kinds: ['data'], address: { platform: 'web' } });
    expect(here).not.toHaveProperty('grade');
    expect(here?.address).not.toHaveProperty('direct');
    expect((await desk.say('lead', 'unsubscribe flights --here')).card.tone).toBe('success');
    expect(await subscriptions.of('flights')).toEqual([mine]);
    await desk.say('dev', 'unsubscribe flights');
    expect(await subscriptions.of('flights')).toEqual([]);
  });

  it('refuses where there are no direct messages, and what it does not know', async () => {
    const by = { platform: 'terminal', user: 'dev' };
    expect((await desk.as(by, 'subscribe flights')).card.title).toMatch(
      /^Direct messages are not available on terminal/,
    );
    expect((await desk.as(by, 'subscribe flights --here')).card.title).toMatch(
      /^There are no channels on terminal/,
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
