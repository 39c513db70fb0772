import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { Unreachable } from '../../src/core/errors.ts';
import { state } from '../outbox/adapters.ts';
import { openBallot } from './voters.ts';

const ballot = await openBallot();
afterAll(() => ballot.close());
const { dispatch, put, event } = ballot;
const { approvals, audit } = ballot.registry;

const say = (message: string, user: string, text: string, id: string = randomUUID()) =>
  dispatch.hear({
    ...{ id, text, message, by: { platform: 'slack', user } },
    from: { platform: 'slack', channel: 'C1' },
  });

async function voted(given = {}) {
  const asked = await ballot.request(given);
  put(asked.message, 'UANN', '✅');
  await dispatch.react(event(asked.message, 'UANN', '✅', true));
  return asked;
}

async function reasons(id: string) {
  const { votes } = await approvals.get(id);
  return votes.map(({ person, reason }) => [person, reason]);
}

describe('a reply in the thread of a request', () => {
  it('is the reason for the vote of whoever wrote it, in the message, /votes and the audit log', async () => {
    const { id, subject, message } = await voted();
    expect(await say(message, 'UANN', 'the slices look right')).toBeUndefined();
    expect(await reasons(id)).toEqual([['ann', 'the slices look right']]);
    const shown = JSON.stringify((await ballot.registry.outbox.load(subject))?.state.card);
    expect(shown).toContain('ann ✓ approves (slack): the slices look right');
    const by = { platform: 'slack', user: 'UANN' };
    const from = { platform: 'slack', channel: 'C1' };
    const mine = { id: randomUUID(), command: 'votes', input: '', by, from };
    expect(JSON.stringify((await dispatch.invoke(mine)).card)).toContain('the slices look right');
    expect(await audit.list({ subject: id })).toContainEqual(
      expect.objectContaining({
        ...{ action: 'approval.reason', by: 'ann' },
        after: expect.objectContaining({ reason: 'the slices look right' }),
      }),
    );
  });

  it('is a note from anybody when it begins so, and then no reason', async () => {
    const { id, message } = await voted();
    for (const event of ['note-1', 'note-1'])
      expect(
        await say(message, 'UANN', 'Note: the feed was\nrepaired at noon', event),
      ).toMatchObject({
        card: { title: expect.stringContaining(`Kept as a note on ${id}`) },
      });
    expect(await say(message, 'UNOBODY', 'note: who am I?')).toBeUndefined();
    expect(await say('elsewhere', 'UANN', 'note: lunch?')).toBeUndefined();
    expect(await reasons(id)).toEqual([['ann', undefined]]);
    expect(await audit.list({ subject: id, action: 'note.add' })).toEqual([
      expect.objectContaining({
        ...{ by: 'ann', model: 'flights' },
        after: expect.objectContaining({ text: 'the feed was repaired at noon' }),
      }),
    ]);
  });

  it('stays what it was when they write on, and when the event comes twice', async () => {
    const { id, message } = await voted();
    await say(message, 'UANN', 'first', 'event-1');
    await say(message, 'UANN', 'first', 'event-1');
    await say(message, 'UANN', 'thanks!');
    expect(await reasons(id)).toEqual([['ann', 'first']]);
    const { revision } = await approvals.get(id);
    expect(revision).toBe(2);
  });

  it('does not replace a reason that was given with the vote', async () => {
    const { id, message } = await ballot.request();
    await ballot.as(ballot.by('UANN'), `approve ${id} --reason "as agreed"`);
    await say(message, 'UANN', 'by the way');
    expect(await reasons(id)).toEqual([['ann', 'as agreed']]);
    await ballot.as(ballot.by('UANN'), `reason ${id} "I looked again"`);
    expect(await reasons(id)).toEqual([['ann', 'I looked again']]);
  });

  it('means nothing from others, on other messages, or without words', async () => {
    const { id, message } = await voted();
    for (const [where, user, text] of [
      [message, 'UBOB', 'I have not voted'],
      [message, 'UNOBODY', 'who am I?'],
      ['elsewhere', 'UANN', 'lunch?'],
      [message, 'UANN', ' \n '],
    ] as const)
      expect(await say(where, user, text)).toBeUndefined();
    expect(await reasons(id)).toEqual([['ann', undefined]]);
    // Nor is it kept for later.
    const kept = ballot.kept.length;
    const by = { platform: 'slack', user: 'UBOB' };
    const said = {
      id: 'x',
      text: 'hello',
      message,
      by,
      from: { platform: 'slack', channel: 'C1' },
    };
    await dispatch.take({ what: { said }, to: null });
    expect(ballot.kept.length).toBe(kept);
    await dispatch.take({
      what: { said: { ...said, by: { platform: 'slack', user: 'UANN' } } },
      to: null,
    });
    expect(ballot.kept.length).toBe(kept + 1);
  });

  it('of any length and form is one line of at most 500 visible characters', async () => {
    const { id, message } = await voted();
    const hostile = `<!channel> @everyone\n# big \u202Ereversed\u0000 ${'😀'.repeat(600)}`;
    await say(message, 'UANN', hostile);
    const [[, reason = ''] = []] = await reasons(id);
    expect(reason).toMatch(/^<!channel> @everyone # big reversed +😀+…$/u);
    expect(reason.length).toBeLessThanOrEqual(500);
  });

  it('neither casts a vote nor brings a withdrawn one back, and counts none again', async () => {
    const { id, message } = await voted({ needed: 1 });
    // Decided at once: a reason may come until its time is over.
    expect((await approvals.get(id)).status).toBe('approved');
    await say(message, 'UANN', 'after the fact');
    expect(await reasons(id)).toEqual([['ann', 'after the fact']]);
    expect((await approvals.get(id)).status).toBe('approved');

    const open = await voted();
    await ballot.as(ballot.by('UANN'), `withdraw ${open.id}`);
    await say(open.message, 'UANN', 'never mind');
    expect(await reasons(open.id)).toEqual([]);
    // Between the read and the write: the write checks again.
    expect(await approvals.explain(open.id, { person: 'ann', reason: 'x' })).toBeUndefined();

    const late = await voted();
    ballot.clock.forward(3601);
    await say(late.message, 'UANN', 'too late');
    expect(await reasons(late.id)).toEqual([['ann', undefined]]);
  });

  it('is stored once when two come at the same moment', async () => {
    const { id, message } = await voted();
    await Promise.all(['one', 'two', 'three'].map((text) => say(message, 'UANN', text)));
    const { revision } = await approvals.get(id);
    expect(revision).toBe(2);
    expect(
      (await audit.list({ subject: id })).filter(({ action }) => action === 'approval.reason'),
    ).toHaveLength(1);
  });

  it('that was missed is read after a lost connection: the first one after the vote, of each voter', async () => {
    const asked = await voted();
    put(asked.message, 'UBOB', '✅');
    const { votes } = await approvals.get(asked.id);
    const voteAt = votes[0]?.at.getTime() ?? 0;
    const wrote = (user: string, text: string, seconds: number) => ({
      ...{ id: `reply-${text}`, text, by: { platform: 'slack', user } },
      at: new Date(voteAt + seconds * 1000),
    });
    ballot.written.set(asked.message, [
      wrote('UANN', 'shall we?', -5),
      wrote('UNOBODY', 'who am I?', 1),
      wrote('UANN', 'the slices look right', 2),
      wrote('UANN', 'thanks!', 3),
      wrote('UBOB', 'fine with me', 4),
    ]);
    await ballot.restart().missed('slack');
    // The second person's vote was missed too.
    expect(await reasons(asked.id)).toEqual([
      ['ann', 'the slices look right'],
      ['bob', 'fine with me'],
    ]);
    const { revision } = await approvals.get(asked.id);
    await ballot.restart().missed('slack');
    expect((await approvals.get(asked.id)).revision).toBe(revision);
  });

  it('that was missed is a note, once, however often and by whatever way it comes', async () => {
    const { id, message } = await voted();
    const now = ballot.clock.now().getTime();
    const wrote = (event: string, user: string, text: string, seconds: number) => ({
      ...{ id: event, text, by: { platform: 'slack', user }, at: new Date(now + seconds * 1000) },
    });
    // It was heard before the connection was lost.
    await say(message, 'UANN', 'note: the feed is late', 'reply-1');
    ballot.written.set(message, [
      wrote('reply-0', 'UBOB', 'note: from last week', -7 * 86_400),
      wrote('reply-1', 'UANN', 'note: the feed is late', 1),
      wrote('reply-2', 'UBOB', 'Note: it was repaired', 2),
      wrote('reply-3', 'UNOBODY', 'note: who am I?', 3),
      wrote('reply-4', 'UANN', 'noted, thanks', 4),
    ]);
    for (const _ of [1, 2]) await ballot.restart().missed('slack');
    const notes = await audit.list({ subject: id, action: 'note.add' });
    expect(notes.map(({ by, after }) => [by, Object(after).text])).toEqual([
      ['bob', 'it was repaired'],
      ['ann', 'the feed is late'],
    ]);
    expect(await reasons(id)).toEqual([['ann', 'noted, thanks']]);
  });

  it('that was missed is a note on a run, too', async () => {
    const id = `run-${randomUUID().slice(0, 8)}`;
    const { runs, outbox } = ballot.registry;
    const window = { from: new Date('2001-01-01'), to: new Date('2001-02-01') };
    await runs.create({
      ...{ id, kind: 'train', model: 'flights', parameters: {}, versions: [], window },
      requestedBy: 'dev',
    });
    const [subject, address] = [`run:${id}` as const, { platform: 'slack', channel: 'C1' }];
    await ballot.world.replies.open(subject, address, state('training'));
    await outbox.markDelivered({ subject, address, delivered: 0 }, `message-of-${id}`, 1);
    const by = { platform: 'slack', user: 'UBOB' };
    const reply = { id: `reply-${id}`, text: 'note: without May', by, at: ballot.clock.now() };
    ballot.written.set(`message-of-${id}`, [reply]);
    await ballot.restart().missed('slack');
    expect(await audit.list({ subject: id, action: 'note.add' })).toHaveLength(1);
  });

  it('is left where it is if the thread is gone, and says so', async () => {
    const { id, message } = await voted();
    ballot.written.set(message, new Unreachable('Slack does not answer.'));
    await ballot.restart().missed('slack');
    expect(ballot.said).toContain('reading threads again');
    expect(await reasons(id)).toEqual([['ann', undefined]]);
  });
});
