import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDesk } from './desk.ts';

let desk: Awaited<ReturnType<typeof openDesk>>;
beforeAll(async () => {
  desk = await openDesk();
  await desk.addVersion('run-1');
  await desk.addVersion('run-2');
});
afterAll(() => desk.close());

const underWay = async (person: string) =>
  (await desk.registry.runs.list({ requestedBy: person, status: 'queued' })).map(({ id }) => id);

it('/compare accepts two comparisons per person at a time, however many are requested at once', async () => {
  const replies = await Promise.all(
    Array.from({ length: 6 }, () => desk.say('dev', 'compare flights 2 1')),
  );
  const refused = replies.filter(({ fault }) => fault === 'refused');
  expect(refused.length).toBeGreaterThanOrEqual(4);
  expect((await underWay('dev')).length).toBeLessThanOrEqual(2);
  expect(desk.queued.length).toBeLessThanOrEqual(2);

  while ((await underWay('dev')).length < 2) await desk.say('dev', 'compare flights 2 1');
  const [newest, oldest] = await underWay('dev');
  const { card } = await desk.say('dev', 'compare flights 2 1');
  expect(card.title).toMatch(/You already have 2 comparisons in progress .* was not started/);
  expect(card.title).toContain(newest);
  expect(card.title).toContain(oldest);

  // Another person has a separate share, and a finished one frees room.
  expect((await desk.say('lead', 'compare flights 2 1')).fault).toBeUndefined();
  await desk.registry.runs.finish(oldest ?? '', { status: 'succeeded' });
  expect((await desk.say('dev', 'compare flights 2 1')).fault).toBeUndefined();
});
