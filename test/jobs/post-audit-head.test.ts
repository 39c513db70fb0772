import { afterAll, expect, it } from 'vitest';
import { postAuditHead } from '../../jobs/post-audit-head.ts';
import { createReplies } from '../../src/outbox/replies.ts';
import { openLibrary } from '../registry/server.ts';

const library = await openLibrary();
afterAll(() => library.close());
const { audit, outbox } = library.registry;
const needs = { audit, replies: createReplies(outbox, async () => {}) };
const homes = ['web', 'slack'].map((platform) => ({ platform, channel: 'general' }));
const run = (day: string) => postAuditHead.run({ day, homes }, needs, AbortSignal.timeout(60_000));
const event = { by: 'dev', action: 'run.cancel', subject: 'run-1', via: 'web' } as const;

it('posts nothing while the log is empty', async () => {
  await run('2026-11-29');
  expect(await outbox.load('audit:2026-11-29')).toBeUndefined();
});

it('posts the daily head once, on every platform of the channel', async () => {
  await audit.append({ ...event, id: 'e1' });
  await run('2026-11-30');
  const head = await audit.head();
  await audit.append({ ...event, id: 'e2' });
  await run('2026-11-30');
  expect(await outbox.load('audit:2026-11-30')).toMatchObject({
    state: {
      card: {
        title: 'Audit log on 30 Nov 2026: 1 event',
        facts: [{ label: 'Head', value: `1:${head?.hash}` }],
      },
      data: { head: { ...head } },
    },
  });
  const places = (await outbox.copies('audit:2026-11-30')).map(({ address }) => address);
  expect(places).toEqual(expect.arrayContaining(homes));
  // The posted head verifies the log.
  expect((await audit.verify(head)).fault).toBeUndefined();
  await run('2026-12-01');
  expect(await outbox.load('audit:2026-12-01')).toMatchObject({
    state: { card: { title: 'Audit log on 1 Dec 2026: 2 events' } },
  });
});
