import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
});
