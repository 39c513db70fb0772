import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordDue } from '../../jobs/steps/record-due.ts';
import { openDesk } from './desk.ts';

let desk: Awaited<ReturnType<typeof openDesk>>;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

const endpoint = { model: 'flights', environment: 'production' };
const actions = async () =>
  (await desk.registry.audit.list({ model: 'flights' })).map(({ action }) => action);

describe('/hold, /resume, /unlock', () => {
  it('holds automation until somebody resumes it, and says so', async () => {
    const reply = await desk.say('dev', 'hold flights --reason "new data"');
    expect(reply).toMatchObject({
      card: {
        title: 'Automation of flights in production is on hold',
        actions: [{ command: 'resume', argument: 'flights --in production' }],
      },
      data: { hold: { by: 'dev', why: 'new data' } },
    });
    const second = await desk.say('lead', 'hold flights --reason "me too"');
    expect(second.card.title).toMatch(/already on hold since .* UTC by dev \(new data\)/);
    const status = await desk.say('dev', 'status flights --in production');
    expect(status.card.facts).toContainEqual({
      label: 'Automation',
      value: expect.stringMatching(/^on hold since .* UTC by dev \(new data\)$/),
    });
    expect((await desk.say('dev', 'status')).card.text).toMatch(
      /^Automation of flights in production is on hold since/,
    );
    const resumed = await desk.say('lead', 'resume flights');
    expect(resumed.card.title).toMatch(/resumed automation of flights in production\. It was on/);
    expect((await desk.say('lead', 'resume flights')).card.title).toBe(
      'Automation of flights in production is not on hold, and no rollout is paused.',
    );
    expect(await desk.registry.endpoints.get(endpoint)).not.toHaveProperty('hold');
    expect(await actions()).toEqual(['endpoint.resume', 'endpoint.hold']);
  });

  it('releases a lock, which a time-out would have done too', async () => {
    const now = desk.world.clock.now();
    const lock = {
      ...{ by: 'dev', why: 'promoting v2', change: 'approval-1', since: now },
      until: new Date(now.getTime() + 60_000),
    };
    await desk.registry.endpoints.change(endpoint, () => ({ lock }));
    const status = await desk.say('dev', 'status flights --in production');
    expect(status.card.facts).toContainEqual({
      label: 'Change in progress',
      value: expect.stringMatching(/^locked by dev until .* UTC \(promoting v2\)$/),
    });
    expect((await desk.say('ops', 'unlock flights')).card.title).toMatch(
      /^flights in production is free again\. It was locked by dev/,
    );
    expect((await desk.say('ops', 'unlock flights')).card.title).toBe(
      'flights in production is not locked.',
    );
    await desk.registry.endpoints.change(endpoint, () => ({ lock: { ...lock, until: now } }));
    const later = await desk.say('dev', 'status flights --in production');
    expect(later.data).toMatchObject({ lock: null });
  });

  it('records one of two who say it at the same moment, twenty times', async () => {
    const before = (await actions()).length;
    for (let round = 1; round <= 20; round += 1) {
      const held = await Promise.all(
        ['dev', 'lead'].map((who) => desk.say(who, `hold flights --reason "by ${who}"`)),
      );
      expect(held.map(({ fault }) => fault ?? 'done').toSorted()).toEqual(['done', 'refused']);
      const resumed = await Promise.all(
        ['dev', 'lead'].map((who) => desk.say(who, 'resume flights')),
      );
      expect(resumed.filter(({ card }) => card.title.includes('resumed automation'))).toHaveLength(
        1,
      );
      expect((await actions()).length - before).toBe(2 * round);
    }
    await recordDue(desk.world);
    expect((await actions()).length - before).toBe(40);
    expect(await desk.registry.dueEvents.list()).toEqual([]);
    expect(await desk.registry.audit.verify()).not.toHaveProperty('fault');
  });

  it('records a change once when the same person says it again', async () => {
    const before = (await actions()).length;
    for (const id of ['one', 'two'])
      expect((await desk.say('dev', 'hold flights --reason "new data"', id)).outcome).toBe('done');
    expect((await actions()).length - before).toBe(1);
    await desk.say('dev', 'resume flights');
  });
});
