import { afterAll, expect, it } from 'vitest';
import { environmentsOf, modelsOf } from '../../config/models.ts';
import { peopleOf } from '../../config/people.ts';
import { postDigest } from '../../jobs/post-digest.ts';
import { type ModelWeek, weekInWords } from '../../src/cards/week.ts';
import { createReplies } from '../../src/outbox/replies.ts';
import { onlyFlights, openLibrary } from '../registry/server.ts';

const library = await openLibrary();
afterAll(() => library.close());
const { clock } = library;
const { alerts, approvals, arrivals, deployments, findings, outbox, traffic } = library.registry;

const WHERE = { model: 'flights', environment: 'production' };
const drift = { name: 'drift', kind: 'drift', windowHours: 24, schedule: '', settings: {} };
const spec = {
  ...onlyFlights.get('flights'),
  monitors: [{ ...drift, minRows: 1, need: 2, of: 3 }],
};
const needs = {
  ...{ alerts, approvals, arrivals, deployments, findings, traffic, people: peopleOf({}, {}) },
  ...{ models: modelsOf([spec]), environments: environmentsOf(['production']) },
  replies: createReplies(outbox, async () => {}),
};
const homes = [{ platform: 'web', channel: 'general' }];
const start = clock.now();
const hours = (n: number) => new Date(start.getTime() + n * 3_600_000);
const post = (key: string, from: number, to: number, kind: 'day' | 'week' = 'day') =>
  postDigest.run(
    { key, kind, from: hours(from).toISOString(), to: hours(to).toISOString(), homes },
    needs,
    AbortSignal.timeout(60_000),
  );
const factsOf = async (key: string) => {
  const card = (await outbox.load(`digest:${key}`))?.state.card;
  return Object.fromEntries((card?.facts ?? []).map(({ label, value }) => [label, value]));
};
const window = { from: new Date('2001-01-01'), to: new Date('2001-01-02') };
const raise = (id: string, grade: 'harm' | 'inform') =>
  alerts.raise({
    ...{ ...WHERE, id, monitor: id, kind: 'drift', version: 1, severity: 'alert', grade, window },
    ...{ signals: [], sizes: [], evidence: null, pictures: [] },
  });

it('counts what fired, was acknowledged, acted on and ended in the period, and what is still open', async () => {
  await raise('before', 'inform');
  clock.forward(10 * 3600);
  for (const id of ['taken', 'snoozed', 'left']) await raise(id, id === 'left' ? 'harm' : 'inform');
  await alerts.acknowledge('taken', 'dev');
  await alerts.snooze('snoozed', { by: 'dev', at: clock.now() });
  await alerts.wake('snoozed', undefined);
  await alerts.resolve('taken');
  await findings.add({
    ...{ monitor: 'flights/drift', environment: 'production', version: 1, window },
    ...{ status: 'alert', signals: ['distance'], detail: null, at: clock.now() },
  });
  await post('day-1', 1, 24);
  expect(await factsOf('day-1')).toMatchObject({
    ...{ Alerts: '3 fired, 1 of them about harm', 'Of those': '1 acknowledged, 1 acted on' },
    ...{ Over: '1', 'Still open': '3', Deployments: 'none' },
    Monitors: '1 monitor, 1 with a problem',
  });
  await post('day-2', 24, 48);
  expect(await factsOf('day-2')).toMatchObject({
    ...{ Alerts: '0 fired, 0 of them about harm', Over: '0', 'Still open': '3' },
    Monitors: '1 monitor, 0 with a problem',
  });
});

it('is posted once, as it was when it was due', async () => {
  const before = await outbox.load('digest:day-1');
  await alerts.acknowledge('left', 'dev');
  await post('day-1', 1, 24);
  expect(await outbox.load('digest:day-1')).toEqual(before);
  expect(await outbox.copies('digest:day-1')).toHaveLength(1);
});

it('of a week says in plain words what each model did', async () => {
  await post('week-0', 0, 168, 'week');
  expect((await outbox.load('digest:week-0'))?.state.card).not.toHaveProperty('text');
  await traffic.add({
    ...{ ...WHERE, version: 1, hour: hours(24), requests: 41_200, failures: 2, elsewhere: 0 },
    ...{ labels: 0, latencies: [], latest: hours(24) },
  });
  await post('week-1', 0, 168, 'week');
  const text = (await outbox.load('digest:week-1'))?.state.card.text;
  expect(text).toBe('flights in production is not in use now.');
});

it.each<[string, Partial<ModelWeek>, string]>([
  [
    'a quiet week',
    {},
    'Version 2 was in use all week. Nothing showed that its answers became worse.',
  ],
  [
    'errors',
    { failures: 1 },
    'was asked for predictions 41,200 times; 1 request got no answer because of an error.',
  ],
  ['no requests', { requests: 0 }, 'was not asked for predictions.'],
  [
    'a loss that is over',
    { losses: [{ resolvedAt: hours(3) }] },
    'Its answers were found to be worse than they should be; that is over.',
  ],
  ['a loss that is not', { losses: [{ resolvedAt: hours(200) }] }, 'and that is not over.'],
  [
    'bad data',
    { accepted: 3, leftOut: 1 },
    '4 files of new data came; one was left out as faulty.',
  ],
  ['a request', { waiting: 1 }, 'A newer version waits for somebody to approve it.'],
])('says so in plain words: %s', (_, change, words) => {
  const week: ModelWeek = {
    ...{ ...WHERE, summary: 'Will it be late?', live: 2, requests: 41_200, failures: 0 },
    ...{ switched: [], losses: [], accepted: 0, leftOut: 0, waiting: 0, end: hours(168) },
    ...change,
  };
  const said = weekInWords(week);
  expect(said).toContain(words);
  // No jargon.
  expect(said).not.toMatch(/drift|AUC|deploy|rollback|monitor|quarantine|null|undefined/i);
});
