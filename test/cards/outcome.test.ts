import { describe, expect, it } from 'vitest';
import { whomToTell } from '../../commands/steps/whom-to-tell.ts';
import { tellRequester } from '../../jobs/steps/tell-requester.ts';
import type { Address } from '../../src/core/address.ts';
import type { Card } from '../../src/core/card.ts';
import { Refused } from '../../src/core/errors.ts';
import type { Person } from '../../src/core/people.ts';
import type { Approval } from '../../src/core/ports/approvals.ts';
import { createReplies } from '../../src/outbox/replies.ts';

const DEV: Person = { id: 'dev', name: 'Dev', role: 'operator', on: ['slack'] };
const account = { platform: 'slack', user: 'UDEV', name: 'Dev', groups: ['S1'] };
const DIRECT: Address = { platform: 'slack', channel: 'D1', direct: true };
const directMessages = {
  async open({ platform }: { platform: string }) {
    if (platform !== 'slack')
      throw new Refused(`Direct messages are not available on ${platform}.`);
    return DIRECT;
  },
  channelOf: (from: Address) => from,
};
const REQUEST: Approval = {
  ...{ id: 'approval-1', model: 'flights', version: 2, environment: 'production' },
  ...{ requestedBy: 'dev', status: 'rejected', needed: 1, votes: [], revision: 0 },
  ...{ reason: 'Rejected by lead.', createdAt: new Date(0) },
};

async function told(tell: Approval['tell'], ...outcomes: Parameters<typeof tellRequester>[1][]) {
  const said: { subject: string; where: string; card: Card }[] = [];
  const replies = {
    ...createReplies(Object.create(null), async () => {}),
    async open(subject: string, { channel }: Address, { card }: { card: Card }) {
      said.push({ subject, where: channel, card });
    },
    async tell(subject: string, key: string, card: Card) {
      said.push({ subject, where: key, card });
    },
  };
  for (const outcome of outcomes)
    await tellRequester({ ...REQUEST, ...(tell && { tell }) }, outcome, { replies });
  return said;
}

describe('the outcome of a request', () => {
  it('is told by a mention in its thread, or as a direct message, as its requester says', async () => {
    const mention = await whomToTell({ by: DEV, account }, { directMessages });
    expect(mention).toEqual({ account: { platform: 'slack', user: 'UDEV', name: 'Dev' } });
    const [inThread] = await told(mention, 'rejected');
    expect(inThread).toMatchObject({
      ...{ subject: 'approval:approval-1', where: 'outcome-rejected' },
      card: {
        title: 'Dev: your request: flights v2 was rejected for production',
        text: 'Rejected by lead.',
        mention: { accounts: [{ platform: 'slack', user: 'UDEV' }], groups: [] },
      },
    });
    const by: Person = { ...DEV, outcomes: 'direct-message' };
    const direct = await whomToTell({ by, account }, { directMessages });
    const [alone] = await told(direct, 'rejected');
    expect(alone).toMatchObject({ subject: 'outcome:approval-1-rejected', where: 'D1' });
    expect(alone?.card).not.toHaveProperty('mention');
  });

  it('has one key for each outcome, so that a retry tells it once', async () => {
    const tell = await whomToTell({ by: DEV, account }, { directMessages });
    const said = await told(tell, 'refused', 'refused', 'live');
    expect(new Set(said.map(({ where }) => where))).toEqual(
      new Set(['outcome-refused', 'outcome-live']),
    );
  });

  it('is told to nobody who does not want it, or cannot be notified', async () => {
    const none: Person = { ...DEV, outcomes: 'none' };
    expect(await whomToTell({ by: none, account }, { directMessages })).toBeUndefined();
    const web = { platform: 'web', user: 'dev' };
    expect(await whomToTell({ by: DEV, account: web }, { directMessages })).toBeUndefined();
    expect(await told(undefined, 'live', 'rejected')).toEqual([]);
  });
});
