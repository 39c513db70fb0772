import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Busy, NotFound, Unreachable } from '../../src/core/errors.ts';
import { openBallot } from './voters.ts';

const ballot = await openBallot();
afterAll(() => ballot.close());
const { dispatch, put, take, event, votes, by } = ballot;
const from = { platform: 'slack', channel: 'C1' };

describe('a reaction', () => {
  it('counts as long as it is on the message', async () => {
    const { id, message } = await ballot.request();
    put(message, 'UANN', '✅');
    await dispatch.react(event(message, 'UANN', '✅', true));
    expect(await votes(id)).toEqual(['ann approve']);
    take(message, 'UANN', '✅');
    await dispatch.react(event(message, 'UANN', '✅', false));
    expect(await votes(id)).toEqual([]);
  });

  it('that arrives late is ignored', async () => {
    const { id, message } = await ballot.request();
    expect(await dispatch.react(event(message, 'UANN', '✅', true))).toBeUndefined();
    put(message, 'UBOB', '✅');
    await dispatch.react(event(message, 'UBOB', '✅', true));
    expect(await dispatch.react(event(message, 'UBOB', '✅', false))).toBeUndefined();
    expect(await votes(id)).toEqual(['bob approve']);
  });

  it('of two with the same meaning can be removed', async () => {
    const { id, message } = await ballot.request();
    put(message, 'UANN', '✅');
    put(message, 'UANN', '+1::skin-tone-3');
    await dispatch.react(event(message, 'UANN', '✅', true));
    take(message, 'UANN', '✅');
    await dispatch.react(event(message, 'UANN', '✅', false));
    expect(await votes(id)).toEqual(['ann approve']);
  });

  it('counts on every message of the request on the platform', async () => {
    const { id, message } = await ballot.request({ at: ['C1', 'C2'] });
    const there = `${id}-C2`;
    put(message, 'UANN', '✅');
    put(there, 'UANN', '✅');
    await dispatch.react(event(message, 'UANN', '✅', true));
    take(message, 'UANN', '✅');
    await dispatch.react(event(message, 'UANN', '✅', false));
    await dispatch.missed('slack');
    expect(await votes(id)).toEqual(['ann approve']);
    take(there, 'UANN', '✅');
    await dispatch.missed('slack');
    expect(await votes(id)).toEqual([]);
  });

  it('that rejects closes the request, whatever other reactions there are', async () => {
    const { id, message } = await ballot.request();
    put(message, 'UANN', '✅');
    await dispatch.react(event(message, 'UANN', '✅', true));
    put(message, 'UANN', '❌');
    await dispatch.react(event(message, 'UANN', '❌', true));
    const { status } = await ballot.registry.approvals.get(id);
    expect(status).toBe('rejected');
    take(message, 'UANN', '❌');
    const late = await dispatch.react(event(message, 'UANN', '❌', false));
    expect(late?.card.title ?? '').not.toMatch(/approved/);
    expect((await ballot.registry.approvals.get(id)).status).toBe('rejected');
  });

  it('of an unknown account, or with another emoji, is not a vote', async () => {
    const { id, message } = await ballot.request();
    for (const [user, which] of [
      ['UNOBODY', '✅'],
      ['UANN', '🎉'],
    ] as const) {
      put(message, user, which);
      await dispatch.react(event(message, user, which, true));
    }
    await dispatch.missed('slack');
    expect(await votes(id)).toEqual([]);
    expect(await dispatch.react(event('not-ours', 'UANN', '✅', true))).toBeUndefined();
  });

  it('that is removed does not withdraw a vote by button', async () => {
    const { id, message } = await ballot.request();
    put(message, 'UANN', '✅');
    await dispatch.react(event(message, 'UANN', '✅', true));
    await dispatch.invoke({
      id: `press-${id}`,
      command: 'approve',
      input: [id],
      by: by('UANN'),
      from,
    });
    take(message, 'UANN', '✅');
    expect(await dispatch.react(event(message, 'UANN', '✅', false))).toBeUndefined();
    await dispatch.missed('slack');
    expect(await votes(id)).toEqual(['ann approve']);
  });

  it('that is removed while it is counted does not stay', async () => {
    const { id, message } = await ballot.request();
    put(message, 'UANN', '✅');
    let goes: Promise<unknown> = Promise.resolve();
    ballot.after.look = async () => {
      ballot.after.look = async () => {};
      take(message, 'UANN', '✅');
      goes = dispatch.react(event(message, 'UANN', '✅', false));
      // Long enough to find that there is no vote to take back yet, if it did not wait for its turn.
      for (let n = 0; n < 15; n++) await ballot.registry.approvals.get(id);
    };
    await dispatch.react(event(message, 'UANN', '✅', true));
    await goes;
    expect(await votes(id)).toEqual([]);
  });
});

describe('a reaction of an account that is not confirmed as a person yet', () => {
  it('is not a vote until it is confirmed', async () => {
    const { id, message } = await ballot.request();
    put(message, 'UANN', '✅');
    const [one] = ballot.standing.get(message) ?? [];
    if (!one) throw new Error('it was put there');
    one.unsure = true;
    put(message, 'UBOB', '✅');
    const told = event(message, 'UANN', '✅', true);
    await expect(dispatch.react(told)).rejects.toThrow(Unreachable);
    await dispatch.missed('slack');
    expect(await votes(id)).toEqual(['bob approve']);
    delete one.unsure;
    await dispatch.missed('slack');
    expect(await votes(id)).toEqual(['ann approve', 'bob approve']);
    // A counted vote is not removed because an answer failed.
    one.unsure = true;
    await dispatch.missed('slack');
    expect(await votes(id)).toEqual(['ann approve', 'bob approve']);
    ballot.standing.delete(message);
  });
});

describe('reading reactions again', () => {
  it('counts missed reactions, with the cautious emoji taking precedence', async () => {
    const one = await ballot.request();
    const other = await ballot.request();
    put(one.message, 'UANN', '✅');
    put(one.message, 'UBOB', '+1');
    put(other.message, 'UBOB', '✅');
    put(other.message, 'UBOB', '❌');
    await Promise.all([dispatch.missed('slack'), dispatch.missed('slack')]);
    expect(await votes(one.id)).toEqual(['ann approve', 'bob approve']);
    expect((await ballot.registry.approvals.get(other.id)).reason).toBe('Rejected by bob.');
  });

  it('does not change a vote whose voter is no longer known', async () => {
    const { id, message } = await ballot.request();
    put(message, 'UX', '✅');
    await dispatch.react(event(message, 'UX', '✅', true, ['LEADS']));
    expect(await votes(id)).toEqual(['slack-ux approve']);
    // Reactions seldom tell the groups of a person.
    await ballot.restart().missed('slack');
    expect(await votes(id)).toEqual(['slack-ux approve']);
  });

  it('concludes nothing from messages that it cannot read', async () => {
    const { id, message } = await ballot.request();
    put(message, 'UANN', '✅');
    await dispatch.react(event(message, 'UANN', '✅', true));
    const logged = ballot.said.length;
    for (const trouble of [new NotFound('deleted'), new Unreachable('away')]) {
      ballot.unreadable.set(message, trouble);
      await dispatch.missed('slack');
      expect(await votes(id)).toEqual(['ann approve']);
    }
    // Only failures that may pass are worth a warning in the log.
    expect(ballot.said.slice(logged)).toEqual(['reading reactions again']);
    ballot.unreadable.clear();
  });

  it('is repeated if the platform could not return them at once', async () => {
    const [one, other] = [await ballot.request(), await ballot.request()];
    for (const { message } of [one, other]) {
      put(message, 'UANN', '✅');
      ballot.unreadable.set(message, new Busy('slow down', 1));
    }
    let looks = 0;
    ballot.after.refused = async () => {
      looks += 1;
      ballot.unreadable.clear();
    };
    await dispatch.missed('slack');
    ballot.after.refused = async () => {};
    expect(await votes(one.id)).toEqual(['ann approve']);
    expect(await votes(other.id)).toEqual(['ann approve']);
    // After a rate limit, no requests are made for the others.
    expect(looks).toBe(1);
  });

  it('does nothing if an adapter is not ours, or cannot be read', async () => {
    await expect(dispatch.missed('pigeon')).resolves.toBeUndefined();
  });

  it('ends with the actual reactions, even if events came twice, late or not at all', async () => {
    const users = { UANN: 'ann', UBOB: 'bob', UX: 'slack-ux', UDEV: 'dev', UNOBODY: undefined };
    const groupsOf = (user: string) => (user === 'UX' ? ['LEADS'] : []);
    const act = fc.record({
      user: fc.constantFrom('UANN' as const, 'UBOB', 'UX', 'UDEV', 'UNOBODY'),
      emoji: fc.constantFrom('✅', '+1', '🎉'),
      on: fc.boolean(),
      comes: fc.constantFrom('now', 'later', 'twice', 'never'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 12 }), async (acts) => {
        const { id, message } = await ballot.request();
        const stands = new Map<string, (typeof acts)[number]>();
        const later: ReturnType<typeof event>[] = [];
        for (const one of acts) {
          const groups = groupsOf(one.user);
          take(message, one.user, one.emoji);
          stands.delete(`${one.user} ${one.emoji}`);
          if (one.on) {
            put(message, one.user, one.emoji, groups);
            stands.set(`${one.user} ${one.emoji}`, one);
          }
          const heard = event(message, one.user, one.emoji, one.on, groups);
          if (one.comes === 'later' || one.comes === 'twice') later.unshift(heard);
          if (one.comes === 'now' || one.comes === 'twice') await dispatch.react(heard);
        }
        await Promise.all(later.map((heard) => dispatch.react(heard)));
        await dispatch.missed('slack');
        const wanted = [...stands.values()].flatMap(({ user, emoji }) => {
          const person = emoji === '🎉' || user === 'UDEV' ? undefined : users[user];
          return person ? [`${person} approve`] : [];
        });
        expect(await votes(id)).toEqual([...new Set(wanted)].sort());
        // Read separately: the next round does not read it again.
        await ballot.registry.approvals.decide(
          await ballot.registry.approvals.get(id),
          'expired',
          'over',
        );
      }),
      { numRuns: 12 },
    );
  });
});

describe('votes across platforms', () => {
  it('do not count if the requester may be behind them', async () => {
    const { id } = await ballot.request({ requestedBy: 'page' });
    const reply = await dispatch.invoke({
      ...{ id: `x-${id}`, command: 'approve', input: [id], from },
      by: { ...by('UX', ['LEADS']), name: 'Xaver' },
    });
    expect(reply.card.title).toBe(
      'Xaver and Paige, who made the request, may be the same person, so the vote does not count. Ask an admin to list both accounts under "people" in the workspace configuration.',
    );
    expect(await votes(id)).toEqual([]);
    await dispatch.invoke({ id: `a-${id}`, command: 'approve', input: [id], by: by('UANN'), from });
    expect(await votes(id)).toEqual(['ann approve']);
  });

  it('count if one platform knows both', async () => {
    const { id, message } = await ballot.request({ requestedBy: 'dev' });
    put(message, 'UX', '✅');
    await dispatch.react(event(message, 'UX', '✅', true, ['LEADS']));
    expect(await votes(id)).toEqual(['slack-ux approve']);
  });

  it('of accounts that may be one person count once', async () => {
    const { id } = await ballot.request({ requestedBy: 'dev', needed: 2 });
    const vote = (user: { platform: string; user: string }) =>
      dispatch.invoke({
        ...{ id: `${user.user}-${id}`, command: 'approve', input: [id], by: user },
        from: { platform: user.platform, channel: 'C1' },
      });
    await vote({ platform: 'web', user: 'page' });
    const reply = await vote({ ...by('UX', ['LEADS']) });
    expect(reply.card.title).toMatch(
      /^.* and Paige, who has already voted, may be the same person/,
    );
    expect(await ballot.registry.approvals.get(id)).toMatchObject({ status: 'open' });
    expect(await votes(id)).toEqual(['page approve']);
  });
});
