import { afterEach, describe, expect, it } from 'vitest';
import { pauseBefore } from '../../../src/platforms/discord/budget.ts';
import { type DiscordDouble, openDiscord } from '../../fakes/discord/index.ts';
import { scriptedDispatch } from '../../fakes/dispatch.ts';
import { eventually } from '../../story/eventually.ts';
import { HOUSE, makeAdapter, openScene, type Scene, SOON } from './harness.ts';

const DAY = 24 * 60 * 60_000;

describe('the connection to Discord', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  const missed = (count: number) =>
    eventually(
      `missed is asked ${count} times`,
      async () => scene.dispatch.missedAt.length >= count,
      SOON,
    );

  it('reads missed events at every start', async () => {
    scene = await openScene();
    await missed(1);
    await scene.restart();
    await missed(2);
    expect(new Set(scene.dispatch.missedAt)).toEqual(new Set(['discord']));
  });

  it.each([
    ['is asked to come again', (double: DiscordDouble) => double.askReconnect()],
    ['loses the line', (double: DiscordDouble) => double.dropSockets()],
    ['is cut off', (double: DiscordDouble) => double.dropSockets(4000)],
  ])('is resumed when it %s, and reads what was missed', async (_when, happen) => {
    scene = await openScene();
    await missed(1);
    happen(scene.double);
    await missed(2);
    expect(scene.double.counts).toMatchObject({ identifies: 1, resumes: 1 });
    expect(scene.adapter.said('is being renewed').length).toBeGreaterThan(0);
  });

  it('hears what happened while it was away', async () => {
    scene = await openScene();
    const where = { platform: 'discord', channel: scene.double.ids.channel('ml') };
    const options = { key: 'k', outcome: 'pending', data: null } as const;
    const message = await scene.adapter.platform.post(
      where,
      { title: 'Vote', tone: 'note' },
      options,
    );
    scene.double.dropSockets();
    await scene.double.react({ user: 'ada', message, emoji: '✅' });
    const heard = async () => scene.dispatch.reactions.length === 1;
    await eventually('the reaction', heard, SOON);
  });

  it('starts a new session if the old one has ended, and reports it', async () => {
    scene = await openScene();
    await missed(1);
    scene.double.invalidateSession({ resumable: false });
    await missed(2);
    expect(scene.double.counts.identifies).toBe(2);
    expect(scene.adapter.said('the session is over')).toHaveLength(1);
  });

  it('reconnects if heartbeats are not answered, and reports it', async () => {
    scene = await openScene({}, { discord: { heartbeat: 100 } });
    await missed(1);
    scene.double.acknowledgeHeartbeats(false);
    await eventually(
      'the loss is noticed',
      async () => scene.adapter.said('heartbeats are not answered').length > 0,
      SOON,
    );
    scene.double.acknowledgeHeartbeats(true);
    await missed(2);
  });

  it.each([
    [4004, 'Discord rejected DISCORD_TOKEN'],
    [4011, 'requires sharding'],
    [4013, 'does not know an intent'],
    [4014, 'does not allow an intent'],
  ])('that is ended with %i is not tried again', async (code, words) => {
    scene = await openScene();
    await missed(1);
    scene.double.dropSockets(code);
    await eventually('the end', async () => scene.adapter.fatal.length === 1, SOON);
    expect(scene.adapter.fatal[0]).toMatchObject({
      message: expect.stringContaining(words),
      next: expect.any(String),
    });
    expect(scene.double.counts.connects).toBe(1);
  });
});

describe('opening the adapter of Discord', () => {
  let double: DiscordDouble;
  afterEach(async () => {
    await double.close();
    expect(double.faults).toEqual([]);
  });

  it('fails at once with a token that Discord does not know', async () => {
    double = await openDiscord(HOUSE);
    const { platform } = makeAdapter(double, { environment: { DISCORD_TOKEN: 'wrong' } });
    await expect(platform.start(scriptedDispatch({}))).rejects.toMatchObject({
      message: 'Discord rejected DISCORD_TOKEN.',
      next: expect.stringContaining('Reset the token'),
    });
    await platform.stop();
    expect(double.counts.connects).toBe(0);
  });

  it('leaves the last logins of the day alone, and does not hold up the rest', async () => {
    double = await openDiscord({ ...HOUSE, budget: { total: 1000, remaining: 40 } });
    const { platform, said } = makeAdapter(double);
    await platform.start(scriptedDispatch({}));
    expect(said('lets this bot log in 40 more times today')).toMatchObject([{ level: 'warn' }]);
    expect(double.counts).toMatchObject({ connects: 0, identifies: 0 });
    await platform.stop();
  });

  it('keeps retrying while Discord is unreachable', async () => {
    double = await openDiscord(HOUSE);
    const { platform, said } = makeAdapter(double);
    double.trouble = () => ({ status: 503 });
    const started = platform.start(scriptedDispatch({}));
    await eventually('a first try', async () => said('it is tried again').length > 0, SOON);
    double.trouble = undefined;
    await started;
    await eventually('commands', async () => double.puts === 1, SOON);
    expect(double.attended).toBe(true);
    await platform.stop();
  });
});

describe('the budget of logins', () => {
  const limit = (remaining: number) => ({ total: 1000, remaining, reset_after: DAY });

  it('is spent at any pace while half of it is left', () => {
    expect(pauseBefore(limit(1000))).toBe(0);
    expect(pauseBefore(limit(500))).toBe(0);
  });

  it('is never spent below its reserve', () => {
    expect(pauseBefore(limit(50))).toBe(DAY);
    expect(pauseBefore(limit(0))).toBe(DAY);
  });

  it('outlasts the day of a program that dies as soon as it has logged in', () => {
    let [remaining, left, logins] = [1000, DAY, 0];
    while (left > 0) {
      const wait = pauseBefore({ total: 1000, remaining, reset_after: left });
      // A supervisor that restarts it within a second.
      left -= wait + 1000;
      remaining -= 1;
      logins += 1;
    }
    expect(remaining).toBeGreaterThanOrEqual(49);
    expect(logins).toBeGreaterThan(500);
  });
});
