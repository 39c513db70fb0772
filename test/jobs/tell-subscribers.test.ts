import { afterAll, describe, expect, it } from 'vitest';
import { peopleOf } from '../../config/people.ts';
import { tellSubscribers } from '../../jobs/tell-subscribers.ts';
import type { ModelSpec } from '../../src/core/model.ts';
import type { AuditDraft } from '../../src/core/ports/audit.ts';
import type { Subscription } from '../../src/core/ports/subscriptions.ts';
import type { World } from '../../src/core/world.ts';
import { createReplies } from '../../src/outbox/replies.ts';
import { createWorld } from '../fakes/world.ts';
import { onlyFlights, openLibrary } from '../registry/server.ts';

const library = await openLibrary();
afterAll(() => library.close());
const { registry, clock } = library;
const { audit, outbox, subscriptions } = registry;

const PEOPLE = {
  dev: { name: 'Dev', role: 'operator' as const, identities: {} },
  lead: { name: 'Lead', role: 'approver' as const, identities: {} },
};
const direct = (person: string) =>
  ({ platform: 'slack', channel: `D-${person}`, direct: true }) as const;
const CHANNEL = { platform: 'slack', channel: 'C1' };

function worldOf(ports: Partial<World> = {}, spec: Partial<ModelSpec> = {}): World {
  const flights = { ...onlyFlights.get('flights'), ...spec };
  return Object.defineProperties(
    createWorld(),
    Object.getOwnPropertyDescriptors({
      ...{ clock, audit, subscriptions, people: peopleOf(PEOPLE, {}) },
      models: { ...onlyFlights, list: () => [flights] },
      replies: createReplies(outbox, async () => {}),
      ...ports,
    }),
  );
}

const round = (world = worldOf()) =>
  tellSubscribers.perform({}, world, new AbortController().signal);
const head = async () => (await audit.head())?.sequence ?? 0;
/** As the command does it. */
async function follow(person: string, change: Partial<Subscription> = {}) {
  const since = await head();
  await subscriptions.cursor(head);
  await subscriptions.add({
    ...{ person, model: 'flights', kinds: ['data'], since, address: direct(person) },
    ...change,
  });
}
async function record(id: string, change: Partial<AuditDraft> = {}): Promise<number> {
  await audit.append({
    ...{ id, by: 'wheelhouse', action: 'data.accepted', subject: id, model: 'flights', via: 'web' },
    ...change,
  });
  return head();
}
const placesOf = async (sequence: number) =>
  (await outbox.copies(`event:${sequence}`)).map(({ address }) => address.channel).toSorted();

describe('jobs/tell-subscribers', () => {
  it('tells each place once, from now on, and nobody what they did themselves', async () => {
    const before = await record('before');
    for (const person of ['dev', 'lead', 'gone']) await follow(person);
    await follow('dev', { address: CHANNEL });
    const arrived = await record('one');
    const byDev = await record('two', { action: 'data.discarded', by: 'dev' });
    const trained = await record('three', { action: 'version.register' });
    const elsewhere = await record('four', { model: 'delay' });
    await Promise.all([round(), round()]);
    await round();
    expect(await placesOf(arrived)).toEqual(['C1', 'D-dev', 'D-lead']);
    expect(await placesOf(byDev)).toEqual(['C1', 'D-lead']);
    for (const none of [before, trained, elsewhere]) expect(await placesOf(none)).toEqual([]);
    expect((await outbox.load(`event:${byDev}`))?.state.card.title).toBe(
      'Dev discarded two, data of flights',
    );
    for (const person of ['dev', 'lead', 'gone']) await subscriptions.remove(person, 'flights');
    expect(await subscriptions.removeAt({ ...CHANNEL, thread: 'x' }, 'flights')).toBe(true);
    const after = await record('after');
    await round();
    expect(await placesOf(after)).toEqual([]);
  });

  it('waits for the end of the quiet hours', async () => {
    await follow('dev');
    const quietHours = { from: 0, to: 24 * 60 - 1, timezone: 'UTC' };
    const at = await record('at night');
    await round(worldOf({}, { alerting: { escalateAfterMs: 1, quietHours } }));
    expect((await outbox.load(`event:${at}`))?.notBefore?.getTime()).toBeGreaterThan(
      clock.now().getTime(),
    );
    await subscriptions.remove('dev', 'flights');
  });

  it('tells of each event, and once, wherever it dies', async () => {
    await follow('dev');
    await follow('lead', { address: CHANNEL });
    const recorded: number[] = [];
    // Four copies and the cursor; the last round finishes.
    for (let dies = 0; ; dies += 1) {
      for (const part of ['a', 'b']) recorded.push(await record(`${dies}${part}`));
      const died = await round(dyingWorld(dies)).then(
        () => false,
        (error: unknown) => {
          if (!(error instanceof Crash)) throw error;
          return true;
        },
      );
      await round();
      for (const at of recorded) expect(await placesOf(at)).toEqual(['C1', 'D-dev']);
      expect(died).toBe(dies < 5);
      if (!died) break;
    }
  });

  it('takes 50 subscriptions of a person, also from several calls at once', async () => {
    const add = (at: number) =>
      follow('lead', { address: { platform: 'slack', channel: `C-${at}` } });
    const listed = async () =>
      (await subscriptions.of('flights')).filter(({ person }) => person === 'lead').length;
    for (let at = await listed(); at < 49; at += 1) await add(at);
    const results = await Promise.allSettled([add(100), add(101), add(102)]);
    expect(results.map(({ status }) => status)).toContain('rejected');
    expect(await listed()).toBeLessThanOrEqual(50);
    // Existing ones can still be changed.
    await expect(add(48)).resolves.toBeUndefined();
    while ((await listed()) < 50) await add(200);
    await expect(add(201)).rejects.toThrow('You have 50 subscriptions already');
    expect(await listed()).toBe(50);
  });
});

class Crash extends Error {}

/** The world of a process that dies right after write number `dies` + 1. */
function dyingWorld(dies: number): World {
  let left = dies;
  let dead = false;
  const fragile = <P extends object>(port: P): P =>
    new Proxy(port, {
      get(target, key) {
        const real: unknown = Reflect.get(target, key);
        if (typeof real !== 'function' || !['attach', 'advance'].includes(String(key))) return real;
        return async (...given: unknown[]) => {
          if (dead) throw new Crash();
          dead = left-- === 0;
          const result: unknown = await Reflect.apply(real, target, given);
          if (dead) throw new Crash();
          return result;
        };
      },
    });
  const replies = createReplies(fragile(outbox), async () => {});
  return worldOf({ subscriptions: fragile(subscriptions), replies });
}
