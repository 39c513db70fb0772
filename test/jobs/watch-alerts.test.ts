import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelsOf } from '../../config/models.ts';
import { peopleOf } from '../../config/people.ts';
import { watchAlerts } from '../../jobs/watch-alerts.ts';
import type { Grade } from '../../src/core/ports/alerts.ts';
import { createReplies } from '../../src/outbox/replies.ts';
import { onlyFlights, openLibrary } from '../registry/server.ts';

const library = await openLibrary();
afterAll(() => library.close());
const { clock } = library;
const { alerts, audit, endpoints, links, outbox } = library.registry;

const MINUTE_MS = 60_000;
const accounts = [{ platform: 'slack', user: 'U1' }];
const alerting = {
  oncall: { words: 'Ada', accounts, groups: [], person: 'ada' },
  escalateAfterMs: 30 * MINUTE_MS,
};
const models = modelsOf([{ ...onlyFlights.get('flights'), alerting }]);
const person = { name: 'Ada', role: 'operator', identities: {} } as const;
const replies = createReplies(outbox, async () => {});
const parts = {
  alerts,
  audit,
  clock,
  endpoints,
  links,
  models,
  replies,
  people: peopleOf(
    { ada: person, bob: { ...person, name: 'Bob', identities: { slack: 'U2' } } },
    {},
  ),
};
const tick = (needs = parts) => watchAlerts.run({ tick: 'x' }, needs, AbortSignal.timeout(60_000));

async function raise(id: string, grade: Grade = 'harm') {
  const window = { from: new Date('2001-01-01'), to: new Date('2001-01-02') };
  const due = grade === 'harm' ? new Date(clock.now().getTime() + 30 * MINUTE_MS) : undefined;
  await alerts.raise(
    {
      ...{
        id,
        model: 'flights',
        environment: 'production',
        monitor: id,
        kind: 'drift',
        grade,
        window,
      },
      ...{
        version: 1,
        severity: 'alert' as const,
        signals: [],
        sizes: [],
        evidence: null,
        pictures: [],
      },
    },
    { escalateAt: due },
  );
  return id;
}
const told = async (id: string) =>
  outbox.load(
    `reply:alert:${id}/escalated-${(await alerts.get(id)).escalation?.due.toISOString()}`,
  );
const wasCalled = async (id: string) => (await told(id)) !== undefined;

describe('jobs/watch-alerts', () => {
  beforeAll(() => clock.forward(1));

  it('calls the people on call once, when nobody acknowledged harm in time', async () => {
    await links.add({ person: 'ada', platform: 'discord', user: '4711' });
    await links.add({ person: 'bob', platform: 'discord', user: '5' });
    const [harm, inform] = [await raise('harm'), await raise('inform', 'inform')];
    clock.forward(30 * 60 - 1);
    await tick();
    expect(await wasCalled(harm)).toBe(false);
    clock.forward(1);
    await tick();
    expect((await told(harm))?.state.card).toMatchObject({
      title: 'Nobody has acknowledged this for 30 min 0 s. On call: Ada',
      mention: { accounts: [...accounts, { platform: 'discord', user: '4711' }] },
    });
    clock.forward(3600);
    for (let n = 0; n < 3; n += 1) await tick();
    expect((await told(harm))?.revision).toBe(1);
    expect(await audit.list({ subject: harm })).toHaveLength(1);
    expect(await wasCalled(inform)).toBe(false);
  });

  it('calls who took over, until their time is over, and only they are called', async () => {
    const endpoint = { model: 'flights', environment: 'production' };
    const since = clock.now();
    const until = new Date(since.getTime() + 45 * MINUTE_MS);
    await endpoints.change(endpoint, () => ({
      oncall: { person: 'bob', by: 'ada', since, until },
    }));
    const during = await raise('during');
    clock.forward(30 * 60);
    await tick();
    expect((await told(during))?.state.card).toMatchObject({
      title: expect.stringMatching(/On call: Bob$/),
      mention: {
        accounts: [
          { platform: 'slack', user: 'U2' },
          { platform: 'discord', user: '5' },
        ],
      },
    });
    const after = await raise('after');
    clock.forward(30 * 60);
    await tick();
    expect((await told(after))?.state.card?.title).toMatch(/On call: Ada$/);
    await endpoints.change(endpoint, () => ({ oncall: null }));
    expect(await endpoints.get(endpoint)).not.toHaveProperty('oncall');
  });

  it('calls nobody for what is acknowledged, snoozed, rolled back or over, also at the last moment', async () => {
    const [taken, snoozed, over] = [
      await raise('taken'),
      await raise('snoozed'),
      await raise('over'),
    ];
    clock.forward(30 * 60);
    // Read as due, and acknowledged before the decision.
    const late = {
      ...alerts,
      escalate: async (id: string, at: Date) => {
        await alerts.acknowledge(taken, 'ada');
        return alerts.escalate(id, at);
      },
    };
    await alerts.snooze(snoozed, { by: 'ada', at: clock.now() });
    await alerts.resolve(over);
    const back = await raise('back');
    await alerts.carry(back, 1, { version: 0, deployment: 'd' });
    clock.forward(30 * 60);
    await tick({ ...parts, alerts: late });
    for (const id of [taken, snoozed, over, back]) expect(await wasCalled(id)).toBe(false);
    await alerts.wake(snoozed, undefined);
    await tick();
    expect(await wasCalled(snoozed)).toBe(true);
  });

  it.each(['escalate', 'tell', 'append', 'escalated'])(
    'calls once when it dies after %s',
    async (write) => {
      const id = await raise(`dies-${write}`);
      clock.forward(30 * 60);
      const dies = <P extends object>(port: P): P =>
        new Proxy(port, {
          get(target, name) {
            const real: unknown = Reflect.get(target, name);
            if (typeof real !== 'function' || name !== write) return real;
            return async (...given: unknown[]) => {
              await Reflect.apply(real, target, given);
              throw new Error('died');
            };
          },
        });
      const fragile = {
        ...parts,
        alerts: dies(alerts),
        replies: dies(replies),
        audit: dies(audit),
      };
      await expect(tick(fragile)).rejects.toThrow('died');
      for (let n = 0; n < 2; n += 1) await tick();
      expect((await told(id))?.revision).toBe(1);
      expect(await audit.list({ subject: id })).toHaveLength(1);
    },
  );
});
