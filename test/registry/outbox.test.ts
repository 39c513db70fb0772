import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Copy, State } from '../../src/core/ports/replies.ts';
import type { Subject } from '../../src/core/reply.ts';
import { outboxIn } from '../../src/registry/outbox.ts';
import { crasher } from './crasher.ts';
import { openLibrary } from './server.ts';

const library = await openLibrary();
afterAll(() => library.close());
const { outbox } = library.registry;

const slack = { platform: 'slack', channel: 'C1' };
const web = { platform: 'web', channel: 'ml.ops $1' };
const state = (title: string): State => ({
  card: { title, tone: 'progress', facts: [{ label: 'auc', value: '0.7' }] },
  outcome: 'pending',
  data: { 'dotted.key': [1, null], $odd: { deep: true } },
});

async function copyAt(subject: Subject, platform: string): Promise<Copy> {
  const copy = (await outbox.copies(subject)).find(({ address }) => address.platform === platform);
  if (!copy) throw new Error(`${subject} has no copy at ${platform}`);
  return copy;
}

/** What `notify` does: brings the newest state to every outdated copy. */
async function deliver(subject: Subject): Promise<void> {
  const loaded = await outbox.load(subject);
  for (const copy of await outbox.copies(subject))
    if (loaded && copy.delivered < loaded.revision)
      await outbox.markDelivered(copy, copy.message ?? `m-${subject}`, loaded.revision);
}

describe('registry/outbox', () => {
  it('keeps until when a new message waits, of a subject and of a reply', async () => {
    const notBefore = new Date('2026-12-01T06:00:00Z');
    await outbox.attach('alert:held', slack, state('first'), notBefore);
    const reply = await outbox.putReply('alert:held', 'began', state('began'), notBefore);
    for (const subject of ['alert:held', reply] as const)
      expect(await outbox.load(subject)).toMatchObject({ notBefore });
    await outbox.put('alert:held', state('newer'));
    expect(await outbox.load('alert:held')).toMatchObject({ notBefore, revision: 2 });
    for (const subject of ['alert:held', reply] as const) await deliver(subject);
  });

  it('keeps the state that a subject has', async () => {
    expect(await outbox.load('run:1')).toBeUndefined();
    expect(await outbox.copies('run:1')).toEqual([]);
    await outbox.attach('run:1', slack, state('first'));
    await outbox.attach('run:1', web, state('second'));
    await outbox.attach('run:1', web, state('third'));
    expect(await outbox.load('run:1')).toEqual({
      ...{ state: state('first'), revision: 1 },
      copies: await outbox.copies('run:1'),
    });
    expect(await outbox.copies('run:1')).toEqual([
      { subject: 'run:1', address: slack, delivered: 0 },
      { subject: 'run:1', address: web, delivered: 0 },
    ]);
    expect(await outbox.put('run:1', state('fourth'))).toBe(2);
    await outbox.attach('run:1', slack, state('fifth'));
    expect(await outbox.load('run:1')).toMatchObject({ state: state('fourth'), revision: 2 });
  });

  it('knows what is delivered, and what a message is about', async () => {
    const subject: Subject = 'run:2';
    expect(await outbox.put(subject, state('one'))).toBe(1);
    expect(await outbox.undelivered(['web', 'terminal', 'slack', 'discord'])).not.toContain(
      subject,
    );
    await outbox.attach(subject, slack, state('ignored'));
    expect(await outbox.load(subject)).toMatchObject({ state: state('one') });
    expect(await outbox.undelivered(['web', 'terminal', 'slack', 'discord'])).toContain(subject);
    await outbox.markDelivered(await copyAt(subject, 'slack'), '17.01', 1);
    expect(await outbox.undelivered(['web', 'terminal', 'slack', 'discord'])).not.toContain(
      subject,
    );
    expect(await outbox.copies(subject)).toEqual([
      { subject, address: slack, message: '17.01', delivered: 1 },
    ]);
    expect(await outbox.subjectOf('slack', '17.01')).toBe(subject);
    expect(await outbox.subjectOf('web', '17.01')).toBeUndefined();

    await outbox.put(subject, state('two'));
    expect(await outbox.undelivered(['web', 'terminal', 'slack', 'discord'])).toContain(subject);
    await outbox.markDelivered(await copyAt(subject, 'slack'), '17.01', 2);
    await outbox.markDelivered(await copyAt(subject, 'slack'), '17.01', 1);
    expect(await copyAt(subject, 'slack')).toMatchObject({ delivered: 2 });
    await outbox.attach(subject, web, state('ignored'));
    expect(await outbox.undelivered(['web', 'terminal', 'slack', 'discord'])).toContain(subject);
  });

  it('says a word in a thread once, wherever its subject is shown', async () => {
    await outbox.attach('run:3', slack, state('run'));
    await outbox.attach('run:3', web, state('run'));
    const reply = await outbox.putReply('run:3', 'finished', state('done'));
    expect(await outbox.putReply('run:3', 'finished', state('again'))).toBe(reply);
    expect(await outbox.load(reply)).toEqual({
      state: state('done'),
      revision: 1,
      parent: 'run:3',
      copies: [slack, web].map((address) => ({ subject: reply, address, delivered: 0 })),
    });
    expect((await outbox.copies(reply)).map(({ address }) => address)).toEqual([slack, web]);
    expect(await outbox.repliesTo('run:3')).toEqual([reply]);
    await deliver(reply);
    expect(await outbox.repliesTo('run:3')).toEqual([]);
  });

  it('keeps a word that was said before anybody looked, and says it at the first place only', async () => {
    const reply = await outbox.putReply('run:4', 'early', state('early'));
    expect(await outbox.copies(reply)).toEqual([]);
    await outbox.attach('run:4', slack, state('run'));
    await outbox.attach('run:4', web, state('run'));
    expect((await outbox.copies(reply)).map(({ address }) => address)).toEqual([slack]);
    expect(await outbox.undelivered(['web', 'terminal', 'slack', 'discord'])).toContain(reply);
  });

  it('numbers states that are put at once, without a gap', async () => {
    const revisions = await Promise.all(
      Array.from({ length: 10 }, (_, n) => outbox.put('run:5', state(`${n}`))),
    );
    expect(revisions.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('keeps both of two first places at once', async () => {
    await Promise.all([
      outbox.attach('run:6', slack, state('a')),
      outbox.attach('run:6', web, state('b')),
      outbox.put('run:6', state('c')),
    ]);
    expect(await outbox.copies('run:6')).toHaveLength(2);
  });

  it('loses no update that is written during a delivery', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uuid(), fc.array(fc.nat(3), { minLength: 2, maxLength: 6 }), race),
      { numRuns: 25 },
    );
  });

  it('recovers from a crash at any write', async () => {
    const connection = await library.connect();
    const fragile = outboxIn(connection);
    const crash = crasher();
    crash.arm(connection.model('Subject'));
    for (let writes = 0; writes < 4; writes += 1) {
      const subject: Subject = `crash:${writes}`;
      const attach = () => fragile.attach(subject, slack, state('a'));
      if (await crash.after(writes, attach)) await attach();
      expect(await outbox.undelivered(['web', 'terminal', 'slack', 'discord'])).toContain(subject);
      await outbox.put(subject, state('b'));
      const copy = await copyAt(subject, 'slack');
      await crash.after(writes, () => fragile.markDelivered(copy, 'm', 2));
      const { delivered } = await copyAt(subject, 'slack');
      expect(
        (await outbox.undelivered(['web', 'terminal', 'slack', 'discord'])).includes(subject),
      ).toBe(delivered < 2);
      await outbox.put(subject, state('c'));
      expect(await outbox.undelivered(['web', 'terminal', 'slack', 'discord'])).toContain(subject);
    }
    expect(crash.crashes).toBeGreaterThan(3);
  });
});

/** Puts, attaches and deliveries at once; exactly the copies that are outdated afterwards must be found. */
async function race(id: string, acts: number[]): Promise<void> {
  const subject: Subject = `race:${id}`;
  await outbox.attach(subject, slack, state('first'));
  await Promise.all(
    acts.map((act, n) => {
      if (act === 0) return outbox.put(subject, state(`state ${n}`));
      if (act === 1)
        return outbox.attach(subject, { platform: 'web', channel: `${n}` }, state('x'));
      return deliver(subject);
    }),
  );
  const loaded = await outbox.load(subject);
  const lagging = (await outbox.copies(subject)).some(
    ({ delivered }) => delivered < (loaded?.revision ?? 0),
  );
  expect(
    (await outbox.undelivered(['web', 'terminal', 'slack', 'discord'])).includes(subject),
  ).toBe(lagging);
  await deliver(subject);
  expect(await outbox.undelivered(['web', 'terminal', 'slack', 'discord'])).not.toContain(subject);
}
