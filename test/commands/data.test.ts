import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Arrival } from '../../src/core/ports/arrivals.ts';
import { ARRIVAL } from '../../src/wiring/samples/data.ts';
import { openDesk } from './desk.ts';

let desk: Awaited<ReturnType<typeof openDesk>>;
beforeAll(async () => {
  desk = await openDesk();
  const add = (change: Partial<Arrival>) => desk.registry.arrivals.add({ ...ARRIVAL, ...change });
  await add({ id: 'arrival-a', sha256: 'a' });
  await add({ id: 'arrival-b', sha256: 'b' });
  await add({ id: 'arrival-c', sha256: 'c', status: 'accepted', checks: [], name: 'c <b>.csv' });
});
afterAll(() => desk.close());

const left = async () => desk.registry.arrivals.excluded('flights');

describe('/data, /admit, /discard', () => {
  it('lists what came, and how it was checked', async () => {
    const { card, data } = await desk.say('dev', 'data flights');
    expect(card.table?.rows.map(([, ...cells]) => cells.slice(3))).toContainEqual([
      ...['schema: 1 noted, drift: failed', 'in quarantine', 'arrival-a'],
    ]);
    expect(data).toMatchObject({ model: 'flights', arrivals: [{}, {}, {}] });
    expect((await desk.say('dev', 'data delay')).card.title).toBe(
      'No data of delay has arrived yet',
    );
  });

  it('ends a quarantine once, records who and why, and answers the same call alike', async () => {
    expect(await left()).toEqual([ARRIVAL.name]);
    const line = 'admit arrival-a --reason "a holiday"';
    const reply = await desk.say('dev', line);
    expect(reply.card.title).toBe(`dev decided to use new data of flights: ${ARRIVAL.name}`);
    expect(await desk.say('dev', line)).toMatchObject({ subject: 'arrival:arrival-a' });
    const late = await desk.say('lead', 'discard arrival-a --reason "broken"');
    expect(late.card.title).toBe(
      'dev has decided about arrival-a already: it is accepted (a holiday).',
    );
    const events = await desk.registry.audit.list({ subject: 'arrival-a' });
    expect(events).toMatchObject([
      { action: 'data.admitted', by: 'dev', after: { reason: 'a holiday' } },
    ]);
  });

  it('leaves out what was discarded', async () => {
    await desk.say('lead', 'discard arrival-b --reason "broken"');
    expect(await left()).toEqual([ARRIVAL.name]);
    const [{ id } = { id: '' }] = await desk.registry.arrivals.list({
      ...{ model: 'flights', statuses: ['accepted'], acceptedSince: new Date(0), limit: 9 },
    });
    expect(id).toBe('arrival-a');
  });

  it('is not for viewers, nor for data that passed', async () => {
    const passed = await desk.say('dev', 'admit arrival-c --reason "why not"');
    expect(passed.card.title).toMatch(/is not in quarantine: it passed its checks/);
    const two = await Promise.all([
      desk.say('dev', 'admit arrival-b --reason "one"'),
      desk.say('lead', 'admit arrival-b --reason "two"'),
    ]);
    expect(two.map(({ outcome }) => outcome)).toEqual(['refused', 'refused']);
  });
});
