import { once } from 'node:events';
import { createServer } from 'node:http';
import { HTTP } from 'cloudevents';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { receiversOf } from '../../config/webhooks.ts';
import { deliverWebhooks } from '../../jobs/deliver-webhooks.ts';
import type { ReceiverSpec } from '../../src/core/ports/webhooks.ts';
import type { World } from '../../src/core/world.ts';
import { createReplies } from '../../src/outbox/replies.ts';
import { createSender } from '../../src/webhooks/send.ts';
import { createWorld } from '../fakes/world.ts';
import { openLibrary } from '../registry/server.ts';
import { everyWrite } from '../sweep.ts';

const SECRET = `whsec_${Buffer.from('a secret of this receiver').toString('base64')}`;
const DAY_S = 86_400;

/** A receiver that verifies and reads deliveries with the reference libraries. */
async function openReceiver() {
  const got: { id: string; event: string }[] = [];
  const receiver = { got, status: 204, headers: {}, hangs: false, url: '', calls: 0 };
  const server = createServer(async (request, response) => {
    receiver.calls += 1;
    let body = '';
    for await (const chunk of request) body += chunk;
    if (receiver.hangs) return;
    if (receiver.status < 300) {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      const now = Number(headers['webhook-timestamp']) * 1000;
      // The test's clock does not move, so only the signature is verified.
      const right = new Webhook(SECRET).sign(headers['webhook-id'] ?? '', new Date(now), body);
      if (headers['webhook-signature'] !== right) throw new Error('the signature is wrong');
      const event = HTTP.toEvent({ headers, body });
      if (Array.isArray(event)) throw new Error('one event was expected');
      got.push({ id: headers['webhook-id'] ?? '', event: event.id });
    }
    response.writeHead(receiver.status, receiver.headers).end('a body of no interest');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('it does not listen');
  receiver.url = `http://127.0.0.1:${address.port}/hook?key=of-the-address`;
  return {
    ...{ receiver, server },
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const library = await openLibrary();
afterAll(() => library.close());
const { registry, clock } = library;
const { deliveries, audit, outbox } = registry;

let at: Awaited<ReturnType<typeof openReceiver>>;
let name = '';
let count = 0;
beforeEach(async () => {
  at = await openReceiver();
  name = `ci${'abcdefghijklmnopqrstuvwxyz'[count++]}`;
});
afterEach(() => at.close());

function worldOf({
  change = {},
  secrets = { CI_SECRET: SECRET },
  ports = {},
  timeoutMs = 30_000,
}: {
  change?: Partial<ReceiverSpec>;
  secrets?: Record<string, string>;
  ports?: Partial<World>;
  timeoutMs?: number;
} = {}): World {
  const file = { url: at.receiver.url, secret_env: ['CI_SECRET'], events: ['*'] };
  const receivers = receiversOf({ [name]: { ...file, off_after_days: 5, internal: true } }, () => [
    { platform: 'web', channel: 'general' },
  ]);
  const specs = receivers.list().map((spec) => ({ ...spec, ...change }));
  const secret = (variable: string) => secrets[variable];
  return Object.defineProperties(
    createWorld(),
    Object.getOwnPropertyDescriptors({
      ...{ clock, deliveries, audit, versions: registry.versions },
      replies: createReplies(outbox, async () => {}),
      webhooks: {
        ...receivers,
        list: () => specs,
        origin: { workspace: 'Flights' },
        send: createSender({ now: clock.now, secret, timeoutMs }),
      },
      ...ports,
    }),
  );
}

const round = (world = worldOf()) =>
  deliverWebhooks.perform({ receiver: name }, world, new AbortController().signal);
const record = (id: string, action: 'data.accepted' | 'command.train' = 'data.accepted') =>
  audit.append({
    id: `${name}-${id}`,
    by: 'dev',
    action,
    subject: id,
    model: 'flights',
    via: 'web',
  });
const received = () => at.receiver.got.map(({ event }) => event.slice(name.length + 1));
const newest = async () => {
  const [delivery] = await deliveries.list({ receiver: name, limit: 1 });
  if (!delivery) throw new Error('there is no delivery');
  return delivery;
};
const stateNow = () => deliveries.receiver(name, async () => 0);

describe('jobs/deliver-webhooks', () => {
  it('sends what is recorded from now on, in order and once', async () => {
    await record('before');
    await round();
    for (const id of ['one', 'two', 'three']) await record(id);
    await record('called', 'command.train');
    await round();
    await round();
    expect(received()).toEqual(['one', 'two', 'three']);
    expect(await newest()).toMatchObject({ status: 'delivered', attempts: 1 });
    expect((await newest()).history).toMatchObject([{ status: 204 }]);
  });

  it('tries again by the schedule, with the same ID, and leaves the address alone meanwhile', async () => {
    await round();
    await record('one');
    at.receiver.status = 503;
    await round();
    await record('two');
    await round();
    expect(at.receiver.calls).toBe(1);
    const { nextAt, message, history } = await newest();
    expect(history).toEqual([]); // It waits behind the first.
    expect(nextAt).toEqual(clock.now());
    const [, first] = await deliveries.list({ receiver: name, limit: 2 });
    expect(first?.history).toMatchObject([{ status: 503, problem: 'it answered 503' }]);
    at.receiver.status = 204;
    clock.forward(6);
    await round();
    expect(received()).toEqual(['one', 'two']);
    expect(at.receiver.got.map(({ id }) => id)).toEqual([first?.message, message]);
    expect(await stateNow()).toMatchObject({ failures: 0 });
    expect((await stateNow()).failingSince).toBeUndefined();
  });

  it('gets past an event that the receiver refuses', async () => {
    await round();
    await record('one');
    at.receiver.status = 422;
    await round();
    at.receiver.status = 204;
    await record('two');
    await round();
    expect(received()).toEqual(['two']);
    clock.forward(6);
    await round();
    expect(received()).toEqual(['two', 'one']);
  });

  it('gives up an event after three days, and sends it again when somebody says so', async () => {
    await round();
    await record('one');
    at.receiver.status = 400;
    for (let left = 12; left > 0; left -= 1) {
      await round(worldOf({ change: { offAfterDays: 30 } }));
      clock.forward(DAY_S + 9000);
    }
    expect(await newest()).toMatchObject({ status: 'failed', attempts: 10 });
    expect((await newest()).history).toHaveLength(10);
    at.receiver.status = 200;
    await deliveries.again((await newest()).id, clock.now());
    await round();
    expect(received()).toEqual(['one']);
    expect(at.receiver.got[0]?.id).toBe((await newest()).message);
  });

  it('waits as long as it is asked to', async () => {
    await round();
    await record('one');
    at.receiver.status = 429;
    at.receiver.headers = { 'retry-after': '120' };
    await round();
    at.receiver.status = 200;
    clock.forward(100);
    await round();
    expect(received()).toEqual([]);
    clock.forward(21);
    await round();
    expect(received()).toEqual(['one']);
  });

  it('switches a receiver off with one message, and loses nothing', async () => {
    await round();
    await record('one');
    at.receiver.status = 410;
    await round();
    await record('two');
    at.receiver.status = 204;
    clock.forward(DAY_S);
    await round();
    expect(at.receiver.calls).toBe(1);
    const { off } = await stateNow();
    const told = (await outbox.undelivered(['web'])).filter((one) =>
      one.startsWith(`webhook:${name}/`),
    );
    expect(told).toHaveLength(1);
    expect((await outbox.load(told[0] ?? 'none:none'))?.state.card).toMatchObject({
      title: `The webhook ${name} was switched off`,
      text: expect.stringContaining('It answered 410'),
      actions: [{ label: 'Switch on', command: 'replay', argument: name }],
    });
    expect(off?.since).toBeDefined();
    await deliveries.againAll(name, clock.now());
    await deliveries.change(name, () => ({ failures: 0 }));
    await round();
    expect(received()).toEqual(['one', 'two']);
  });

  it.each<[string, () => Parameters<typeof worldOf>[0], RegExp]>([
    ['hangs', () => ({ timeoutMs: 200 }), /did not answer in 0\.2 seconds/],
    ['has no secret here', () => ({ secrets: {} }), /CI_SECRET is not set/],
    ['became internal', () => ({ change: { internal: false } }), /private address/],
    [
      'has a name that leads inside',
      () => ({
        change: { internal: false, url: at.receiver.url.replace('127.0.0.1', 'localhost') },
      }),
      /private address/,
    ],
    [
      'is not there',
      () => ({ change: { url: 'http://127.0.0.1:1/' } }),
      /could not be reached \(ECONNREFUSED\)/,
    ],
  ])('holds the events of a receiver that %s', async (_, how, problem) => {
    await round();
    await record('one');
    at.receiver.hangs = true;
    await round(worldOf(how()));
    const { history, status } = await newest();
    expect(status).toBe('pending');
    expect(history).toMatchObject([{ problem: expect.stringMatching(problem) }]);
    expect(JSON.stringify(history)).not.toContain('of-the-address');
    expect((await stateNow()).resumeAt).toBeDefined();
  });

  it('does not follow a redirect', async () => {
    await round();
    await record('one');
    at.receiver.status = 307;
    at.receiver.headers = { location: '/elsewhere' };
    await round();
    expect(at.receiver.calls).toBe(1);
    expect((await newest()).history).toMatchObject([{ status: 307, problem: 'it answered 307' }]);
  });

  it('sends each event at least once, with one ID, wherever it dies', async () => {
    await round();
    const sent: string[] = [];
    for (const dies of everyWrite()) {
      for (const part of ['a', 'b']) {
        sent.push(`${dies}${part}`);
        await record(`${dies}${part}`);
      }
      const died = await round(dyingWorld(dies)).then(
        () => false,
        (error: unknown) => {
          if (!(error instanceof Crash)) throw error;
          return true;
        },
      );
      // The lease of an attempt whose end was never recorded.
      clock.forward(61);
      await round();
      if (!died) break;
    }
    expect([...new Set(received())]).toEqual(sent);
    const ids = new Map(at.receiver.got.map(({ id, event }) => [event, id]));
    for (const { id, event } of at.receiver.got) expect(id).toBe(ids.get(event));
    expect(await deliveries.count(name, 'pending')).toBe(0);
  });

  it('two rounds at once send each event, and count each attempt once', async () => {
    await round();
    for (let id = 0; id < 5; id += 1) await record(`${id}`);
    await Promise.all([round(), round(), round()]);
    expect(received().toSorted()).toEqual(['0', '1', '2', '3', '4']);
    for (const delivery of await deliveries.list({ receiver: name, limit: 9 }))
      expect(delivery).toMatchObject({ status: 'delivered', attempts: 1 });
  });
});

class Crash extends Error {}

/** The world of a process that dies right after write number `dies` + 1. Sending counts as a write. */
function dyingWorld(dies: number): World {
  const world = worldOf();
  let left = dies;
  let dead = false;
  const fragile = <P extends object>(port: P): P =>
    new Proxy(port, {
      get(target, key) {
        const real: unknown = Reflect.get(target, key);
        const writes = ['add', 'advance', 'begin', 'end', 'change', 'prune', 'send'];
        if (typeof real !== 'function' || !writes.includes(String(key))) return real;
        return async (...given: unknown[]) => {
          if (dead) throw new Crash();
          dead = left-- === 0;
          const result: unknown = await Reflect.apply(real, target, given);
          if (dead) throw new Crash();
          return result;
        };
      },
    });
  return worldOf({ ports: { deliveries: fragile(deliveries), webhooks: fragile(world.webhooks) } });
}
