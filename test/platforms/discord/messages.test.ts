// A bot on both platforms loads Slack's library first, and with it another release of undici.
import '@slack/bolt';
import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { Card } from '../../../src/core/card.ts';
import { Busy, NotFound, Refused, Unreachable } from '../../../src/core/errors.ts';
import { textOf } from '../../fakes/discord/index.ts';
import { openScene, type Scene } from './harness.ts';

let scene: Scene;
afterEach(() => scene.close());

const STATE = { outcome: 'pending', data: null } as const;
const POST = '/channels/{channel_id}/messages';
const place = (name = 'ml') => ({ platform: 'discord', channel: scene.double.ids.channel(name) });
const card = (title: string, more: Partial<Card> = {}): Card => ({ title, tone: 'note', ...more });
const post = (title: string, more: { key?: string; thread?: string; again?: boolean } = {}) =>
  scene.adapter.platform.post(place(), card(title), { key: 'k', ...STATE, ...more });
const edit = (message: string, title: string) =>
  scene.adapter.platform.edit(place(), message, card(title), STATE);
const texts = (channel: string) => scene.double.messages(channel).map(textOf);
const asked = (method: string, route: string) =>
  scene.double.requests.filter((one) => one.method === method && one.route === route);

describe('messages on Discord', () => {
  it('have their replies in a thread with their name, created once', async () => {
    scene = await openScene();
    const parent = await post('Flights v2');
    const word = await post('epoch 1', { key: 'a', thread: parent });
    await post('epoch 2', { key: 'b', thread: parent });
    expect(scene.double.thread(parent)).toMatchObject({ name: 'Flights v2' });
    expect(texts(parent)).toHaveLength(2);
    expect(asked('POST', `${POST}/{message_id}/threads`)).toHaveLength(1);
    await edit(word, 'epoch 1 again');
    expect(texts(parent)[0]).toContain('again');
  });

  it('find the thread again after a restart', async () => {
    scene = await openScene();
    const parent = await post('Flights v2');
    await post('epoch 1', { key: 'a', thread: parent });
    await scene.restart();
    await post('epoch 2', { key: 'b', thread: parent });
    expect(texts(parent)).toHaveLength(2);
  });

  it('stay in the thread in which they were requested', async () => {
    scene = await openScene();
    const parent = await post('Flights v2');
    await post('epoch 1', { key: 'a', thread: parent });
    const inside = { platform: 'discord', channel: parent };
    const { platform } = scene.adapter;
    const one = await platform.post(inside, card('Status'), { key: 'c', ...STATE });
    await platform.post(inside, card('On that'), { key: 'd', ...STATE, thread: one });
    expect(texts(parent)).toHaveLength(3);
  });

  it('are posted once even if the response was lost', async () => {
    scene = await openScene();
    scene.double.trouble = (method, route) =>
      method === 'POST' && route === POST ? { status: 500, after: true } : undefined;
    await expect(post('Training')).rejects.toThrow(Unreachable);
    scene.double.trouble = undefined;
    await scene.restart();
    // After Discord has forgotten the nonce, and with more messages since.
    scene.double.clock.pass(10 * 60_000);
    const message = await post('Trained', { again: true });
    expect(scene.double.messages('ml').map(({ id }) => id)).toEqual([message]);
    expect(texts('ml')).toEqual([expect.stringContaining('Trained')]);
  });

  it('are posted once even if the connection was cut', async () => {
    scene = await openScene();
    let cuts = 1;
    scene.double.trouble = (method, route) => {
      if (method !== 'POST' || route !== POST || cuts === 0) return undefined;
      cuts -= 1;
      return { status: 'cut', after: true };
    };
    const message = await post('Training').catch(() => post('Training', { again: true }));
    expect(scene.double.messages('ml').map(({ id }) => id)).toEqual([message]);
  });

  it('wait for one channel without holding another up', async () => {
    scene = await openScene();
    const [ml, random] = [place(), place('random')];
    const { platform } = scene.adapter;
    const to = (where: typeof ml, key: string) =>
      platform.post(where, card('Hello'), { key, ...STATE });
    scene.double.rates.routes.set(`POST ${POST}`, { limit: 1, seconds: 60 });
    await to(ml, 'a');
    const refused = await to(ml, 'b').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Busy);
    expect(refused).toMatchObject({ retryAfterMs: expect.any(Number) });
    if (refused instanceof Busy) expect(refused.retryAfterMs).toBeGreaterThan(30_000);
    await to(random, 'c');
    expect(texts('random')).toHaveLength(1);
  });

  it('are put off by as long as Discord says', async () => {
    scene = await openScene();
    scene.double.trouble = (method) =>
      method === 'POST' ? { status: 429, retryAfter: 2 } : undefined;
    const refused = await post('Hello').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Busy);
    if (refused instanceof Busy) expect(refused.retryAfterMs).toBeGreaterThanOrEqual(2000);
  });

  it.each([
    [403, 50001, 'Missing Access', 'Invite it'],
    [403, 50013, 'Missing Permissions', 'Send Messages'],
    [404, 10003, 'Unknown Channel', 'Correct its id'],
  ] as const)('need people where Discord says %i %i', async (status, code, message, next) => {
    scene = await openScene();
    scene.double.trouble = (method) => (method === 'POST' ? { status, code, message } : undefined);
    const refused = await post('Hello').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Refused);
    expect(refused).toMatchObject({ next: expect.stringContaining(next) });
  });

  it('that were deleted are not found', async () => {
    scene = await openScene();
    await post('Hello');
    await expect(edit('123456789012345678', 'Gone')).rejects.toThrow(NotFound);
  });

  it('are sent as plain text if Discord refuses their components', async () => {
    scene = await openScene();
    let refusals = 1;
    scene.double.trouble = (method, route) => {
      if (method !== 'POST' || route !== POST || refusals === 0) return undefined;
      refusals -= 1;
      return { status: 400, code: 50035, message: 'Invalid Form Body' };
    };
    const facts = [{ label: 'AUC', value: '0.7' }];
    await scene.adapter.platform.post(place(), card('Trained', { facts }), { key: 'k', ...STATE });
    expect(texts('ml')).toEqual([expect.stringContaining('Trained')]);
    expect(scene.adapter.said('plain text')).toMatchObject([{ level: 'error' }]);
  });

  it('wake an archived thread to be edited', async () => {
    scene = await openScene();
    const parent = await post('Flights v2');
    const word = await post('epoch 1', { key: 'a', thread: parent });
    let archived = 1;
    scene.double.trouble = (method, route) => {
      if (method !== 'PATCH' || route !== `${POST}/{message_id}` || archived === 0)
        return undefined;
      archived -= 1;
      return { status: 400, code: 50083, message: 'Thread is archived' };
    };
    await edit(word, 'epoch 2');
    expect(texts(parent)[0]).toContain('epoch 2');
    expect(asked('PATCH', '/channels/{channel_id}')).toHaveLength(1);
  });

  it('carry their pictures, described, and send each of them once', async () => {
    const hashes = ['a', 'b', 'c'].map((letter) => letter.repeat(64));
    const pictures = new Map(hashes.slice(0, 2).map((sha256) => [sha256, randomBytes(64)]));
    scene = await openScene({}, { pictures });
    const shown = hashes.map((sha256, i) => ({ sha256, alt: `Curve ${i}`, width: 8, height: 8 }));
    const { platform } = scene.adapter;
    const first = card('Trained', { pictures: shown.slice(0, 1) });
    const message = await platform.post(place(), first, { key: 'k', ...STATE });
    const [before] = scene.double.messages('ml');
    expect(before?.attachments).toMatchObject([{ description: 'Curve 0' }]);
    await scene.restart();
    const all = card('Trained', { pictures: shown });
    await scene.adapter.platform.edit(place(), message, all, STATE);
    const [after] = scene.double.messages('ml');
    expect(after?.attachments.map(({ description }) => description)).toEqual([
      'Curve 0',
      'Curve 1',
    ]);
    expect(after?.attachments[0]?.id).toBe(before?.attachments[0]?.id);
    // The third one cannot be read, so its text must do.
    expect(texts('ml')[0]).toContain('Curve 2');
    await scene.adapter.platform.edit(place(), message, card('Trained'), STATE);
    expect(scene.double.messages('ml')[0]?.attachments).toEqual([]);
  });
});
