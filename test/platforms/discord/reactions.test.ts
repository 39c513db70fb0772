import { afterEach, describe, expect, it } from 'vitest';
import { Refused, Unreachable } from '../../../src/core/errors.ts';
import { refusal } from '../../../src/core/reply.ts';
import { textOf } from '../../fakes/discord/index.ts';
import { eventually } from '../../story/eventually.ts';
import { openScene, type Scene, SOON } from './harness.ts';

let scene: Scene;
afterEach(() => scene.close());

const PENDING = { key: 'k', outcome: 'pending', data: null } as const;
const where = () => ({ platform: 'discord', channel: scene.double.ids.channel('ml') });
const shown = () => scene.adapter.platform.post(where(), { title: 'Vote', tone: 'note' }, PENDING);
const heard = (count: number) =>
  eventually(`${count} reactions`, async () => scene.dispatch.reactions.length === count, SOON);

describe('reactions on Discord', () => {
  it('are heard when they come and when they go, with the roles of who did it', async () => {
    scene = await openScene();
    const message = await shown();
    await scene.double.react({ user: 'ada', message, emoji: '✅' });
    await heard(1);
    await scene.double.react({ user: 'ada', message, emoji: '✅', on: false });
    await heard(2);
    const { ids } = scene.double;
    const by = {
      platform: 'discord',
      user: ids.user('ada'),
      name: 'ada',
      groups: [ids.role('approvers')],
    };
    const same = { emoji: '✅', message, by, from: where() };
    expect(scene.dispatch.reactions).toMatchObject([
      { ...same, on: true },
      { ...same, on: false },
    ]);
    expect(new Set(scene.dispatch.reactions.map(({ id }) => id)).size).toBe(2);
  });

  it('are read again if an event cannot be taken in', async () => {
    scene = await openScene();
    const message = await shown();
    await scene.double.react({ user: 'ada', message, emoji: '✅' });
    await heard(1);
    const before = scene.dispatch.missedAt.length;
    scene.dispatch.take = () => Promise.reject(new Unreachable('Discord does not say who it was.'));
    await scene.double.react({ user: 'ada', message, emoji: '✅', on: false });
    await eventually('another look', async () => scene.dispatch.missedAt.length > before, SOON);
  });

  it('count by the current roles, which are fetched again later', async () => {
    scene = await openScene();
    const { ids } = scene.double;
    const now = (user: string) =>
      scene.adapter.platform.whoIs?.({ platform: 'discord', user, groups: ['1'] }, where());
    expect((await now(ids.user('ada')))?.groups).toEqual([ids.role('approvers')]);
    expect((await now(ids.user('bob')))?.groups).toEqual([]);
    expect(await now('999999999999999999')).toBeUndefined();
  });

  it('count on messages from before a restart', async () => {
    scene = await openScene();
    const message = await shown();
    await scene.restart();
    await scene.double.react({ user: 'bob', message, emoji: 'shipit:123456789012345678' });
    await heard(1);
    expect(scene.dispatch.reactions).toMatchObject([{ emoji: 'shipit', message, on: true }]);
  });

  it('of the bot itself are neither heard nor read', async () => {
    scene = await openScene();
    const message = await shown();
    await scene.double.react({ user: scene.double.botId, message, emoji: '✅' });
    await scene.double.react({ user: 'ada', message, emoji: '✅' });
    await heard(1);
    const ada = scene.double.ids.user('ada');
    expect(scene.dispatch.reactions).toMatchObject([{ by: { user: ada } }]);
    const standing = await scene.adapter.platform.reactions?.(where(), message);
    expect(standing?.map(({ by }) => by.user)).toEqual([ada]);
  });

  it('of other bots are ignored, whatever their roles', async () => {
    const bot = { name: 'greeter', roles: ['approvers'], bot: true };
    const members = [{ name: 'ada', roles: ['approvers'] }, bot];
    const guilds = [
      { name: 'lab', roles: [{ name: 'approvers' }], members, channels: [{ name: 'ml' }] },
    ];
    scene = await openScene({}, { discord: { guilds } });
    const message = await shown();
    await scene.double.react({ user: 'greeter', message, emoji: '✅' });
    await scene.double.react({ user: 'greeter', message, emoji: '❌' });
    await scene.double.react({ user: 'greeter', message, emoji: '❌', on: false });
    await scene.double.react({ user: 'ada', message, emoji: '✅' });
    await heard(1);
    const ada = scene.double.ids.user('ada');
    expect(scene.dispatch.reactions).toMatchObject([{ by: { user: ada } }]);
    const standing = await scene.adapter.platform.reactions?.(where(), message);
    expect(standing?.map(({ by }) => by.user)).toEqual([ada]);
  });

  it('are read with all people and their roles', async () => {
    scene = await openScene();
    const message = await shown();
    await scene.double.react({ user: 'ada', message, emoji: '✅', silently: true });
    await scene.double.react({ user: 'bob', message, emoji: '❌', silently: true });
    const { ids } = scene.double;
    const standing = await scene.adapter.platform.reactions?.(where(), message);
    expect(standing).toEqual([
      {
        emoji: '✅',
        by: expect.objectContaining({ user: ids.user('ada'), groups: [ids.role('approvers')] }),
      },
      { emoji: '❌', by: expect.objectContaining({ user: ids.user('bob'), groups: [] }) },
    ]);
  });

  it('are read to the last page', async () => {
    const members = Array.from({ length: 130 }, (_, i) => ({ name: `member-${i}` }));
    const guilds = [{ name: 'lab', members, channels: [{ name: 'ml' }] }];
    scene = await openScene({}, { discord: { guilds } });
    const message = await shown();
    for (const { name } of members)
      await scene.double.react({ user: name, message, emoji: '✅', silently: true });
    const standing = (await scene.adapter.platform.reactions?.(where(), message)) ?? [];
    expect(new Set(standing.map(({ by }) => by.name)).size).toBe(130);
  });

  it('that were refused are answered in private, as nothing else can be', async () => {
    const no = new Refused('You may not vote here.', { next: 'Ask Ada.' });
    scene = await openScene({ react: () => refusal(no) });
    const message = await shown();
    await scene.double.react({ user: 'bob', message, emoji: '✅' });
    const sent = () =>
      scene.double.requests.filter(({ method, route, body }) => {
        const text = JSON.stringify(body ?? '');
        return method === 'POST' && route.endsWith('/messages') && text.includes('not vote');
      });
    await eventually('a direct message', async () => sent().length === 1, SOON);
    expect(scene.double.messages('ml').map(textOf).join()).not.toContain('not vote');
  });
});
