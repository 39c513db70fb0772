import { createHash, randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import type { AuditDraft } from '../../../src/core/ports/audit.ts';
import { auditIn } from '../../../src/registry/audit/index.ts';
import { openLibrary } from '../server.ts';

const library = await openLibrary();
afterAll(() => library.close());
const { clock } = library;
const { audit } = library.registry;

const event = (id: string, subject: string, model?: string): AuditDraft => ({
  id,
  by: 'ada',
  action: 'deployment.live',
  subject,
  via: 'web',
  before: null,
  after: { status: 'live', 'dotted.key': [1, 2] },
  ...(model === undefined ? {} : { model }),
});

/** The chain of a new database, as several processes see it: each has its own connection. */
async function writers(count: number) {
  const name = `wheelhouse_chain_${randomUUID().slice(0, 8)}`;
  const connections = await Promise.all(Array.from({ length: count }, () => library.connect()));
  const own = connections.map((connection) => connection.useDb(name));
  const ports = own.map((connection) => auditIn(connection, clock));
  for (const model of Object.values(own[0]?.models ?? {})) await model.createIndexes();
  return { ports, connections: own };
}

describe('registry/audit', () => {
  it('records an event once, with its time, and lists the newest first', async () => {
    const first = event('e1', 'deployment:1', 'flights');
    const at = clock.now();
    await audit.append(first);
    clock.forward(1);
    await audit.append({ ...first, by: 'eve' });
    await audit.append({ ...event('e2', 'deployment:2'), by: 'bob' });
    const [newest, oldest, ...others] = await audit.list({});
    expect(newest).toMatchObject({ ...event('e2', 'deployment:2'), by: 'bob', at: clock.now() });
    expect(oldest).toMatchObject({ ...first, at });
    expect(others).toEqual([]);
    const ids = async (filter: Parameters<typeof audit.list>[0]) =>
      (await audit.list(filter)).map(({ id }) => id);
    expect(await ids({ model: 'flights' })).toEqual(['e1']);
    expect(await ids({ subject: 'deployment:2' })).toEqual(['e2']);
    expect(await ids({ by: 'bob' })).toEqual(['e2']);
    expect(await ids({ limit: 1 })).toEqual(['e2']);
  });

  it('links each event to the one before, by a hash that anybody can work out', async () => {
    const [second, first] = await audit.list({});
    expect(first).toMatchObject({ sequence: 1, previous: '0'.repeat(64) });
    expect(second).toMatchObject({ sequence: 2, previous: first?.hash });
    // Written out by hand: the keys in order, no spaces.
    const text = `{"action":"deployment.live","after":{"dotted.key":[1,2],"status":"live"},"at":"2026-03-01T09:00:00.000Z","before":null,"by":"ada","id":"e1","model":"flights","previous":"${'0'.repeat(64)}","sequence":1,"subject":"deployment:1","via":"web"}`;
    expect(first?.hash).toBe(createHash('sha256').update(text).digest('hex'));
    expect(await audit.head()).toEqual({ sequence: 2, hash: second?.hash });
  });

  it('is append-only', async () => {
    const connection = await library.connect();
    auditIn(connection, clock);
    const model = connection.model('AuditEvent');
    const refusal = 'An audit event is written once';
    await expect(model.updateOne({}, { by: 'eve' })).rejects.toThrow(refusal);
    await expect(model.updateMany({}, { by: 'eve' })).rejects.toThrow(refusal);
    await expect(model.findOneAndUpdate({}, { by: 'eve' })).rejects.toThrow(refusal);
    await expect(model.findOneAndReplace({}, {})).rejects.toThrow(refusal);
    await expect(model.findOneAndDelete({})).rejects.toThrow(refusal);
    await expect(model.deleteOne({})).rejects.toThrow(refusal);
    await expect(model.deleteMany({})).rejects.toThrow(refusal);
    expect(await audit.list({})).toHaveLength(2);
  });

  it('keeps one chain where several processes write at once, some of them the same event', async () => {
    const { ports } = await writers(4);
    const each = ports.flatMap((port, writer) =>
      Array.from({ length: 40 }, (_, n) =>
        port.append(event(`${n % 10 === 0 ? 'all' : writer}-${n}`, 's')),
      ),
    );
    await Promise.all(each);
    const [port] = ports;
    const events = (await port?.list({ limit: 500 })) ?? [];
    // Of every ten, one is the same for all four.
    expect(events).toHaveLength(4 * 36 + 4);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    expect(await port?.verify()).toMatchObject({ head: { sequence: events.length } });
    expect((await port?.verify())?.fault).toBeUndefined();
  });

  it('leaves whole events, in order, wherever a batch is cut off, and a repeat adds what is missing', async () => {
    const { ports, connections } = await writers(2);
    const [port, other] = ports;
    const model = connections[0]?.model('AuditEvent');
    if (!model || !port || !other) throw new Error('no model');
    const real = model.insertMany.bind(model);
    for (let kept = 0; kept <= 3; kept++) {
      // The process ends when this many of three are stored; its answer is lost in any case.
      Reflect.set(model, 'insertMany', async (docs: object[]) => {
        if (kept > 0) await real(docs.slice(0, kept));
        throw new Error('the process died here');
      });
      const batch = [1, 2, 3].map((n) => event(`kept-${kept}-${n}`, 's'));
      // The first is sent alone: the others wait for it and are sent together.
      const ended = await Promise.allSettled(batch.map((one) => port.append(one)));
      expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
      Reflect.set(model, 'insertMany', real);
      await other.append(event(`between-${kept}`, 's'));
      for (const one of batch) await port.append(one);
      expect((await port.verify()).fault).toBeUndefined();
    }
    expect(await port.head()).toMatchObject({ sequence: 4 * 4 });
  });

  it('hashes what the database returns, for any text', async () => {
    const { ports } = await writers(1);
    const [port] = ports;
    const odd = {
      half: 'a\uD800b',
      minus: -0,
      huge: 2 ** 60,
      empty: {},
      list: [[], [null]],
      '\uDC00': 1,
    };
    await port?.append({ ...event('odd', 'subject \uD83D'), after: odd });
    expect((await port?.verify())?.fault).toBeUndefined();
    expect(await port?.list({})).toMatchObject([
      { subject: 'subject \uFFFD', after: { half: 'a\uFFFDb' } },
    ]);
  });
});
