import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, it } from 'vitest';
import { handleInbound } from '../../jobs/inbound.ts';
import { Unreachable } from '../../src/core/errors.ts';
import type { InboundEvent, Platform } from '../../src/core/platform.ts';
import { answer, ephemeral, note, type Reply } from '../../src/core/reply.ts';
import { createInbound } from '../../src/dispatch/inbound.ts';
import { createReplies } from '../../src/outbox/replies.ts';
import { openJob } from '../../src/proof/job-seal.ts';
import { trustedKeys } from '../../src/proof/key-files.ts';
import { builtProgram } from '../built.ts';
import { createWorld } from '../fakes/world.ts';
import { createLog, openDesk, until } from '../queue/desk.ts';
import { openLibrary } from '../registry/server.ts';

const desk = await openDesk();
const library = await openLibrary();
afterAll(async () => {
  await desk.close();
  await library.close();
});
const { outbox } = library.registry;

let count = 0;
const event = (over: Partial<InboundEvent> & { id?: string; user?: string } = {}): InboundEvent => {
  const { id = `event-${++count}`, user = 'U1', ...rest } = over;
  const from = { platform: 'slack', channel: 'C1' };
  const invocation = { id, command: 'status', input: '', by: { platform: 'slack', user }, from };
  return { what: { invocation }, to: { url: 'https://example.test/answer' }, ...rest };
};

interface Script {
  /** By default a public text. */
  reply?: Reply;
  answer?: NonNullable<Platform['answer']>;
  keep?: (heard: InboundEvent) => Promise<void>;
}

/** An inboundHandler with an adapter, the real queue and the real outbox. */
async function open({ reply = note('all is well'), answer, keep }: Script = {}) {
  const queue = await desk.open();
  const invoked: string[] = [];
  const told: string[] = [];
  const log = createLog();
  const unasked = () => Promise.reject(new Error('nobody asked for that'));
  const slack: Platform = {
    name: 'slack',
    start: async () => {},
    stop: async () => {},
    post: unasked,
    edit: unasked,
    async answer(to, said) {
      if (answer) return answer(to, said);
      told.push(said.card.title);
      return said.audience === 'caller';
    },
  };
  const inboundHandler = createInbound({
    async invoke({ id }) {
      invoked.push(id);
      return reply;
    },
    async react({ id }) {
      invoked.push(id);
      return undefined;
    },
    async hear({ id }) {
      invoked.push(id);
      return undefined;
    },
    platforms: [slack],
    replies: createReplies(outbox, async () => {}),
    keep: keep ?? ((heard) => queue.jobs.enqueue(handleInbound, heard)),
    unacknowledged: queue.unacknowledged,
    log,
  });
  const world = Object.defineProperty(createWorld(), 'inboundHandler', { value: inboundHandler });
  return {
    ...inboundHandler,
    invoked,
    told,
    log,
    work: () => queue.work('inbound', [handleInbound], world),
  };
}

const places = async (id: string) =>
  (await outbox.copies(`answer:slack-${id}`)).map(({ address }) => address);

describe('an event that an adapter must acknowledge first', () => {
  it('is answered once, however often it is delivered', async () => {
    const { take, work, invoked, told } = await open();
    const heard = event({ id: 'again' });
    await Promise.all([take(heard), take(heard)]);
    await take(heard);
    expect(invoked).toEqual([]); // acknowledged before anything is done
    const worker = work();
    await until('it is answered', () => told.length > 0);
    await take(heard); // its acknowledgement was lost
    await take(event({ id: 'later' }));
    await until('the next one is', () => told.length > 1);
    await worker.close(5000);
    expect(invoked).toEqual(['again', 'later']);
  });

  it('counts once for a double click, and twice for two people or two places', async () => {
    const { take, work, invoked } = await open();
    const control = 'message-1 approve';
    await take(event({ id: 'click-1', control }));
    await take(event({ id: 'click-2', control }));
    await take(event({ id: 'other-person', user: 'U2', control }));
    await take(event({ id: 'other-button', control: 'message-1 reject' }));
    await take(event({ id: 'typed' }));
    await take(event({ id: 'typed-again' }));
    const wanted = ['click-1', 'other-button', 'other-person', 'typed', 'typed-again'];
    const worker = work();
    await until('all are heard', () => invoked.length >= wanted.length);
    await worker.close(5000);
    expect(invoked.toSorted()).toEqual(wanted);
  });

  it('has the ID of the first try if the bot died before it was acknowledged, and both are answered', async () => {
    const died = await open();
    const { take, acknowledged, work, invoked } = await open();
    const command = (id: string, input = 'flights', user = 'U7') => {
      const from = { platform: 'slack', channel: 'C7' };
      const invocation = { id, command: 'train', input, by: { platform: 'slack', user }, from };
      return { what: { invocation }, to: null };
    };
    await died.take(command('lost'), 'person');
    await take(command('other-model', 'churn'), 'person');
    await take(command('of-another', 'flights', 'U8'), 'person');
    await take(command('done-again'), 'person');
    await acknowledged(command('done-again'));
    await take(command('meant'), 'person');
    await acknowledged(command('meant'));
    // What the platform itself delivers again has the same ID, and everything else is meant.
    await take(command('by-platform'));
    const wanted = ['by-platform', 'lost', 'lost', 'meant', 'of-another', 'other-model'];
    const worker = work();
    await until('all are heard', () => invoked.length >= wanted.length);
    await worker.close(5000);
    expect(invoked.toSorted()).toEqual(wanted);
  });

  it('is acknowledged at a second click when the first one is stored, and is another try if it was not', async () => {
    let stored: { resolve(): void; reject(why: Error): void } | undefined;
    const kept: string[] = [];
    const { take } = await open({
      keep: ({ what }) => {
        kept.push('invocation' in what ? what.invocation.id : '?');
        return new Promise<void>((resolve, reject) => {
          stored = { resolve, reject };
        });
      },
    });
    const control = 'message-2 approve';
    const taken: string[] = [];
    const click = (id: string) =>
      take(event({ id, control })).then(
        () => taken.push(id),
        () => taken.push(`not ${id}`),
      );
    const clicks = [click('first'), click('second')];
    await new Promise(setImmediate);
    expect(taken).toEqual([]);
    stored?.reject(new Error('a bug'));
    await Promise.all(clicks);
    expect(taken).toEqual(['not first', 'not second']);
    const third = click('third');
    await new Promise(setImmediate);
    stored?.resolve();
    await third;
    expect(kept).toEqual(['first', 'third']);
    expect(taken).toContain('third');
  });

  it('is answered by another process if the one that received it was killed', async () => {
    const heard = event({ id: 'orphan' });
    const child = fork(
      builtProgram('test/dispatch/inbound-child.ts'),
      [desk.url, desk.prefix, desk.keysDir, JSON.stringify(heard)],
      { execArgv: [], stdio: ['ignore', 'pipe', 'inherit', 'ipc'] },
    );
    let said = '';
    child.stdout?.on('data', (bytes: Buffer) => {
      said += bytes.toString();
    });
    await until('it begins to answer', () => said.includes('hears orphan'));
    child.kill('SIGKILL');
    await once(child, 'exit');

    const { work, told, invoked, take } = await open();
    const worker = work();
    await until('it is answered', () => told.length > 0);
    await take(heard); // the platform never saw an acknowledgement
    await worker.close(5000);
    expect(invoked).toEqual(['orphan']);
  });

  it('is not handled if somebody else has put it into the queue, or puts it there again', async () => {
    const { take, work, invoked, told } = await open();
    const redis = new Redis(desk.url, { maxRetriesPerRequest: null });
    const lane = new Queue('inbound', { connection: redis, prefix: desk.prefix });
    try {
      await take(event({ id: 'genuine' }));
      const [genuine] = await lane.getJobs(['wait']);
      const stored: unknown = genuine?.data;
      const { payload } = openJob('inbound', stored, await trustedKeys(desk.keysDir, 'witness'));
      expect(payload).toMatchObject({ what: { invocation: { id: 'genuine' } } });
      await lane.add('inbound', event({ id: 'forged', user: 'LEAD' }));
      const worker = work();
      const idle = async () => (await lane.getActiveCount()) + (await lane.getWaitingCount()) === 0;
      await until('it is answered', () => told.length > 0);
      await until('and recorded', idle);
      await lane.add('inbound', stored);
      await take(event({ id: 'after' }));
      await until('the next one is', () => invoked.includes('after'));
      await until('all are done', idle);
      await worker.close(5000);
      expect(invoked).toEqual(['genuine', 'after']);
      expect(desk.log.said('refused a job that nobody who may has signed')).toHaveLength(1);
    } finally {
      await lane.close();
      redis.disconnect();
    }
  });

  it('is handled at once if the queue is unreachable', async () => {
    const keep = () => Promise.reject(new Unreachable('Redis is unreachable'));
    const { take, told, log } = await open({ keep });
    await take(event());
    await expect.poll(() => told).toEqual(['all is well']);
    expect(log.said('an event could not be stored')).toHaveLength(1);
  });

  it('is not acknowledged after an internal error', async () => {
    const keep = () => Promise.reject(new Error('a bug'));
    const { take, invoked } = await open({ keep });
    await expect(take(event())).rejects.toThrow('a bug');
    expect(invoked).toEqual([]);
  });

  it('logs it if even that fails', async () => {
    const { take, log } = await open({
      keep: () => Promise.reject(new Unreachable('Redis is unreachable')),
      reply: ephemeral({ title: 'for you', tone: 'note' }),
      answer: () => Promise.reject(new Error('the platform is away')),
    });
    await take(event({ id: 'unlucky' }));
    await expect
      .poll(() => log.said('answering an event broke'))
      .toMatchObject([{ fields: { event: 'unlucky' } }]);
  });
});

describe('an answer', () => {
  const heardTwice = async (script: Script, heard: InboundEvent) => {
    const container = await open(script);
    await container.handle(heard);
    await container.handle(heard);
    return container;
  };

  it('for everyone is posted in the channel once', async () => {
    await heardTwice({}, event({ id: 'public' }));
    expect(await places('public')).toEqual([{ platform: 'slack', channel: 'C1' }]);
    expect((await outbox.load('answer:slack-public'))?.state).toMatchObject({
      card: { title: 'all is well' },
      outcome: 'done',
    });
  });

  it('to an action on a message is posted in its thread', async () => {
    await heardTwice({}, event({ id: 'threaded', thread: 'M1' }));
    expect(await places('threaded')).toEqual([{ platform: 'slack', channel: 'C1', thread: 'M1' }]);
  });

  it.each([
    ['for the caller alone', { reply: ephemeral({ title: 'psst', tone: 'note' }) }],
    [
      'with a message of its own',
      { reply: { ...answer({ title: 'run', tone: 'progress' }), subject: 'run:1' as const } },
    ],
    ['that the adapter has shown', { answer: async () => true }],
  ])('%s is no message in the channel', async (name, script) => {
    const id = name.replaceAll(' ', '-');
    await heardTwice(script, event({ id }));
    expect(await places(id)).toEqual([]);
  });

  it('for everyone goes to the channel if the adapter cannot answer the caller', async () => {
    const away = () => Promise.reject(new Error('the platform is away'));
    const { log } = await heardTwice({ answer: away }, event({ id: 'away' }));
    expect(await places('away')).toHaveLength(1);
    expect(log.said('an answer goes to the channel instead')).toHaveLength(2);
  });

  it('for the caller only is retried', async () => {
    const told: string[] = [];
    let failures = 2;
    const { take, work } = await open({
      reply: ephemeral({ title: 'psst', tone: 'note' }),
      async answer(_to, { card }) {
        if (failures-- > 0) throw new Error('the platform is away');
        told.push(card.title);
        return true;
      },
    });
    await take(event());
    const worker = work();
    await until('it is said', () => told.length > 0);
    await worker.close(5000);
  });

  it('is omitted if a reaction has no meaning', async () => {
    const { handle, invoked, told } = await open();
    const by = { platform: 'slack', user: 'U1' };
    const from = { platform: 'slack', channel: 'C1' };
    const reaction = { id: 'r1', emoji: '🎉', on: true, message: 'M1', by, from };
    await handle({ what: { reaction }, to: null });
    expect(invoked).toEqual(['r1']);
    expect(told).toEqual([]);
  });
});
