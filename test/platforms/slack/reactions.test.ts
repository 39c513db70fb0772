import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NotFound } from '../../../src/core/errors.ts';
import { answer } from '../../../src/core/reply.ts';
import { eventCallback } from '../../fakes/slack/payload.ts';
import { type Office, openOffice, soon } from './harness.ts';

describe('platforms/slack/reactions', () => {
  let office: Office;
  let ts: string;
  beforeEach(async () => {
    office = await openOffice({ react: () => answer({ title: 'Ada approved', tone: 'note' }) });
    const where = { platform: 'slack', channel: office.ops };
    const card = { title: 'Promote?', tone: 'note' } as const;
    ts = await office.platform.post(where, card, { key: 'a', outcome: 'pending', data: null });
  });
  afterEach(() => office.close());

  const react = (emoji: string, more: { user?: string; on?: boolean; silently?: boolean } = {}) =>
    office.slack.react({ user: office.ada, channel: office.ops, ts, emoji, ...more });

  it('takes in an emoji put on and taken off, by the id of the event', async () => {
    const shown = await react('white_check_mark');
    expect(shown?.acknowledged).toBe(true);
    await react('white_check_mark', { on: false });
    if (shown) await office.slack.repeat(shown.delivery);
    const { dispatch, ada, ops } = office;
    expect(dispatch.reactions).toMatchObject([
      { emoji: 'white_check_mark', on: true, message: ts, by: { user: ada, name: 'ada' } },
      { emoji: 'white_check_mark', on: false, from: { platform: 'slack', channel: ops } },
      { on: true },
    ]);
    const ids = dispatch.reactions.map(({ id }) => id);
    expect(ids[2]).toBe(ids[0]);
    expect(ids[1]).not.toBe(ids[0]);
    expect(dispatch.heard[0]?.thread).toBe(ts);
  });

  it('ignores emoji on the messages of others, and those of programs', async () => {
    const event = { type: 'reaction_added', reaction: 'x', item_user: office.slack.botUser };
    const item = { type: 'message', channel: office.ops, ts };
    for (const one of [
      { ...event, item, user: office.bob, item_user: office.ada },
      { ...event, item, user: office.slack.botUser },
      { ...event, item: { type: 'file' }, user: office.ada },
    ]) {
      const raw = { kind: 'events_api', payload: eventCallback(one) } as const;
      expect((await office.slack.deliverRaw(raw)).acknowledged).toBe(true);
    }
    expect(office.dispatch.heard).toEqual([]);
  });

  it('reads everybody’s emoji, skin tones and groups included', async () => {
    await react('+1::skin-tone-3', { silently: true });
    await react('x', { user: office.bob, silently: true });
    const where = { platform: 'slack', channel: office.ops };
    const standing = await office.platform.reactions?.(where, ts);
    expect(standing).toMatchObject([
      { emoji: '+1::skin-tone-3', by: { platform: 'slack', user: office.ada } },
      { emoji: 'x', by: { user: office.bob } },
    ]);
    expect(standing?.map(({ by }) => by.groups?.length)).toEqual([2, 1]);
  });

  it('reports a missing message', async () => {
    const gone = office.platform.reactions?.(
      { platform: 'slack', channel: office.ops },
      '1.000001',
    );
    await expect(gone).rejects.toThrow(NotFound);
  });

  it('is delivered again if it could not be stored', async () => {
    const { take } = office.dispatch;
    let broken = true;
    office.dispatch.take = async (heard) => {
      if (broken) throw new Error('no room');
      await take(heard);
    };
    const waiting = react('x');
    await soon(() => expect(office.lines.some(({ level }) => level === 'error')).toBe(true));
    broken = false;
    expect((await waiting)?.acknowledged).toBe(true);
    expect(office.dispatch.reactions).toHaveLength(1);
  });
});
