import { afterAll, expect, it } from 'vitest';
import { environmentsOf, modelsOf } from '../../config/models.ts';
import { peopleOf } from '../../config/people.ts';
import { postDigest } from '../../jobs/post-digest.ts';
import { createReplies } from '../../src/outbox/replies.ts';
import { onlyFlights, openLibrary } from '../registry/server.ts';

const library = await openLibrary();
afterAll(() => library.close());
const { clock } = library;
const { alerts, deployments, findings, outbox } = library.registry;

const WHERE = { model: 'flights', environment: 'production' };
const drift = { name: 'drift', kind: 'drift', windowHours: 24, schedule: '', settings: {} };
const spec = {
  ...onlyFlights.get('flights'),
  monitors: [{ ...drift, minRows: 1, need: 2, of: 3 }],
};
const needs = {
  ...{ alerts, deployments, findings, people: peopleOf({}, {}) },
  ...{ models: modelsOf([spec]), environments: environmentsOf(['production']) },
  replies: createReplies(outbox, async () => {}),
};
const homes = [{ platform: 'web', channel: 'general' }];
const start = clock.now();
const hours = (n: number) => new Date(start.getTime() + n * 3_600_000);
const post = (key: string, from: number, to: number) =>
  postDigest.run(
    { key, kind: 'day', from: hours(from).toISOString(), to: hours(to).toISOString(), homes },
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
