import { afterAll, describe, expect, it } from 'vitest';
import { watchAlerts } from '../../jobs/watch-alerts.ts';
import { openDesk } from './desk.ts';

const desk = await openDesk();
afterAll(() => desk.close());
const { clock, world } = desk;
const { alerts, outbox } = desk.registry;

const at = (n: number) => new Date(Date.UTC(2001, 0, n));
async function raise(id: string) {
  await alerts.raise({
    ...({ id, model: 'flights', environment: 'production', monitor: id, kind: 'drift' } as const),
    ...({
      version: 1,
      severity: 'alert',
      grade: 'inform',
      window: { from: at(1), to: at(2) },
    } as const),
    signals: ['recent_lateness'],
    sizes: [0.3],
    evidence: {
      columns: [
        { name: 'hour', psi: 0.5, drifted: false, status: 'ok' },
        { name: 'recent_lateness', psi: 0.3, drifted: true, status: 'alert' },
      ],
    },
    pictures: [],
  });
  return id;
}
const tick = () => watchAlerts.run({ tick: 'x' }, world, AbortSignal.timeout(60_000));
const shown = async (id: string) => {
  const card = (await outbox.load(`alert:${id}`))?.state.card;
  return card?.facts?.find(({ label }) => label === 'Status')?.value;
};

describe('/snooze', () => {
  it('says who snoozed it and until when, and is over by itself', async () => {
    const id = await raise('alert-hour');
    await desk.say('dev', `snooze ${id} 1h`);
    const name = world.people.byId('dev')?.name;
    expect(await shown(id)).toMatch(
      new RegExp(`^open, unacknowledged; snoozed by ${name} until .* UTC$`),
    );
    clock.forward(3599);
    await tick();
    expect((await alerts.get(id)).snooze).toBeDefined();
    const { card } = await desk.say('dev', 'alerts');
    expect(card.table?.rows.find(([one]) => one === id)?.join(' ')).toContain(`snoozed by ${name}`);
    clock.forward(1);
    await tick();
    expect((await alerts.get(id)).snooze).toBeUndefined();
    expect(await shown(id)).toBe('open, unacknowledged');
  });

  it('counts the newest of two snoozes: the end of the first ends nothing', async () => {
    const id = await raise('alert-again');
    await desk.say('dev', `snooze ${id} 1h`);
    const first = (await alerts.get(id)).snooze;
    clock.forward(60);
    await desk.say('lead', `snooze ${id} change`);
    expect(await alerts.wake(id, first)).toMatchObject({ snooze: { by: 'lead' } });
    expect(await shown(id)).toContain('until it changes');
    await desk.say('dev', `snooze ${id} off`);
    expect((await alerts.get(id)).snooze).toBeUndefined();
  });

  it('refuses what it does not understand, and an alert that is over', async () => {
    const id = await raise('alert-over');
    for (const words of ['soon', '0h', '40d', '-1h'])
      expect((await desk.say('dev', `snooze ${id} ${words}`)).fault).toBe('usage');
    await alerts.resolve(id);
    expect((await desk.say('dev', `snooze ${id} 1h`)).card.title).toContain('already resolved');
    expect((await alerts.get(id)).snooze).toBeUndefined();
  });
});

describe('/why', () => {
  it('shows the evidence to the caller alone, what has a problem first', async () => {
    const id = await raise('alert-why');
    const { card, audience } = await desk.say('dev', `why ${id}`);
    expect(audience).toBe('caller');
    expect(card.table?.rows.map(([name]) => name)).toEqual(['recent_lateness', 'hour']);
    expect(card.facts?.[0]).toEqual({ label: 'Moved most', value: 'recent_lateness 0.300' });
  });
});

describe('/acknowledge', () => {
  it('counts the first person, and says so to the second', async () => {
    const id = await raise('alert-taken');
    await desk.say('dev', `acknowledge ${id}`);
    const second = await desk.say('lead', `acknowledge ${id}`);
    expect(second.card.title).toContain('before you');
    const told = await outbox.load(`reply:alert:${id}/acknowledged`);
    expect(told?.state.card.title).toBe(
      `${world.people.byId('dev')?.name} acknowledged the alert.`,
    );
    expect(await desk.registry.audit.list({ subject: id })).toHaveLength(1);
  });
});
