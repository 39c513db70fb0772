import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Refused } from '../../../src/core/errors.ts';
import { note } from '../../../src/core/reply.ts';
import { scriptedDispatch } from '../../fakes/dispatch.ts';
import type { Post } from '../../fakes/slack/deliver.ts';
import { makeAdapter, type Office, openOffice, soon } from './harness.ts';

describe('platforms/slack over HTTP', () => {
  let office: Office;
  beforeEach(async () => {
    office = await openOffice({ invoke: () => note('Hello') }, { mode: 'http' });
  });
  afterEach(() => office.close());

  const payload = (trigger: string) => ({
    command: '/status',
    text: '',
    user_id: office.ada,
    channel_id: office.ops,
    trigger_id: trigger,
    response_url: 'http://127.0.0.1:9/none',
  });
  const send = (trigger: string, how: Post = {}) =>
    office.slack.deliverRaw({ kind: 'slash_commands', payload: payload(trigger) }, how);
  const minutes = (n: number) => new Date(Date.now() + n * 60_000);

  it.each([
    ['signed long ago', { signedAt: minutes(-5.1) }, 'behind this clock'],
    ['signed in the future', { signedAt: minutes(5.1) }, 'ahead of this clock'],
    ['signed by somebody else', { secret: 'another-secret' }, 'SLACK_SIGNING_SECRET'],
  ])('refuses what was %s, in plain words', async (_what, how, words) => {
    const shown = await send('1.2.a', how);
    expect(shown.status).toBe(401);
    expect(shown.body).toContain(words);
    expect(office.dispatch.heard).toEqual([]);
  });

  it.each([
    ['a bit', -4.5],
    ['a bit ahead', 4.5],
  ])('lets %s pass', async (_what, by) => {
    expect((await send('1.2.a', { signedAt: minutes(by) })).status).toBe(200);
  });

  it('refuses what is not signed at all', async () => {
    const url = office.slack.requestUrl ?? '';
    for (const headers of [
      {},
      { 'x-slack-signature': 'v0=', 'x-slack-request-timestamp': '1e9' },
    ]) {
      const shown = await fetch(url, { method: 'POST', headers, body: '{}' });
      expect(shown.status).toBe(401);
      expect(await shown.text()).toContain('not signed');
    }
  });

  it('refuses a captured request, and takes one that could not be stored again', async () => {
    const signedAt = new Date();
    const { take } = office.dispatch;
    office.dispatch.take = () => Promise.reject(new Error('no room'));
    expect((await send('1.2.a', { signedAt })).status).toBe(500);
    office.dispatch.take = take;
    expect((await send('1.2.a', { signedAt })).status).toBe(200);
    const copy = await send('1.2.a', { signedAt });
    expect(copy.status).toBe(409);
    expect(copy.body).toBe('This request was already processed.');
    expect(office.dispatch.heard).toHaveLength(1);
  });

  it('takes a retry by the id of the first delivery', async () => {
    const shown = await office.slack.slashCommand({
      command: '/status',
      user: office.ada,
      channel: office.ops,
    });
    const later = { retry: { num: 1, reason: 'http_timeout' }, signedAt: minutes(1) };
    expect((await office.slack.deliverRaw(shown.delivery, later)).status).toBe(200);
    const ids = office.dispatch.invocations.map(({ id }) => id);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  it('notes what Slack saw acknowledged, and only that: the person does the rest again', async () => {
    await send('1.2.seen');
    await soon(() => expect(office.dispatch.acknowledgements).toHaveLength(1));
    const { take } = office.dispatch;
    let store: (() => void) | undefined;
    office.dispatch.take = async (heard) => {
      await new Promise<void>((resolve) => {
        store = resolve;
      });
      await take(heard);
    };
    const hangUp = new AbortController();
    const unseen = send('1.2.unseen', { hangUp: hangUp.signal });
    await soon(() => expect(store).toBeDefined());
    hangUp.abort();
    expect((await unseen).acknowledged).toBe(false);
    // When this is answered, the adapter has seen that the other connection is closed.
    const payload = { type: 'url_verification', challenge: 'abc' };
    await office.slack.deliverRaw({ kind: 'events_api', payload });
    store?.();
    await soon(() => expect(office.dispatch.heard).toHaveLength(2));
    await office.platform.stop();
    expect(office.dispatch.acknowledgements).toHaveLength(1);
  });

  it('answers the question that Slack asks of a new address', async () => {
    const asked = { type: 'url_verification', challenge: 'abc', token: 'unused' };
    const shown = await office.slack.deliverRaw({ kind: 'events_api', payload: asked });
    expect(shown).toMatchObject({ status: 200, body: 'abc' });
  });

  it('takes no more than a megabyte, and nothing on another path', async () => {
    const url = office.slack.requestUrl ?? '';
    const big = await fetch(url, { method: 'POST', body: Buffer.alloc(1_100_000, 'a') });
    expect(big.status).toBe(413);
    expect((await fetch(new URL('/', url), { method: 'POST' })).status).toBe(404);
    expect((await fetch(url)).status).toBe(404);
  });

  it('listens on loopback only, and says when its port is taken', async () => {
    const url = new URL(office.slack.requestUrl ?? '');
    expect(url.hostname).toBe('127.0.0.1');
    const { adapter } = makeAdapter(office.slack, 'http', {
      environment: { SLACK_PORT: url.port },
    });
    const starting = adapter.start(scriptedDispatch({}));
    await expect(starting).rejects.toThrow(Refused);
    await adapter.stop();
  });

  it('lets what came in come to its end when it stops, and takes nothing more', async () => {
    let finish: (() => void) | undefined;
    const { take } = office.dispatch;
    office.dispatch.take = async (heard) => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      await take(heard);
    };
    const waiting = send('1.2.a');
    await soon(() => expect(finish).toBeDefined());
    const stopping = [office.platform.stop(), office.platform.stop()];
    finish?.();
    expect((await waiting).status).toBe(200);
    await Promise.all(stopping);
    expect((await send('1.2.b')).acknowledged).toBe(false);
  });
});
