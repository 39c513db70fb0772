import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { deriveId } from '../../src/core/ids.ts';
import { playsLong, WHOLE } from '../sweep.ts';
import { writeSmallWorkspace } from './adapters/workspace.ts';
import { type Chat, chatOf, type Post } from './chat.ts';
import { type Demo, type Home, makeHome, type Part } from './demo.ts';
import { eventually } from './eventually.ts';

/*
 * Kills each role in the middle of something. One demo, one kill after another; the supervisor restarts what was
 * killed, and no acknowledged command may be lost. Each test creates what it needs: `npm test` plays at most one.
 */

/** Slow enough that a kill hits it in the middle, also on a fast machine. */
const SLOW = 'quality=steady';
const QUICK = 'quality=strong';
const TRAINER = ' train.sh';

const Runs = z.object({
  runs: z.array(
    z.object({
      id: z.string(),
      status: z.string(),
      version: z.number().optional(),
      attempts: z.number(),
    }),
  ),
});
const Acknowledged = z.object({
  reply: z.object({
    outcome: z.string(),
    fault: z.string().optional(),
    card: z.object({ title: z.string() }),
    data: z.object({
      run: z.object({ id: z.string() }).optional(),
      approval: z.object({ id: z.string() }).optional(),
    }),
  }),
});

describe('the story, with parts of it killed', () => {
  let home: Home;
  let folder: string;
  let demo: Demo;
  let chat: Chat;

  beforeAll(async () => {
    home = await makeHome();
    folder = await mkdtemp(join(tmpdir(), 'wheelhouse-crash-'));
    await writeSmallWorkspace(folder);
    demo = await home.start({ WHEELHOUSE_WORKSPACE: folder });
    chat = chatOf(demo);
  });
  afterAll(async () => {
    await home?.remove();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const scene = () => demo.said();
  const look = <T>(what: string, read: () => Promise<T | undefined | false>) =>
    eventually(what, read, { within: 240_000, scene });
  const titled = async (title: string | RegExp) =>
    (await chat.posts()).findLast(({ card }) => card !== null && matches(card.title, title));
  const post = (title: string | RegExp) =>
    look(`"${title}" stands in the channel`, () => titled(title));
  const edited = ({ id }: Post, title: string | RegExp) =>
    look(`the message is edited to "${title}"`, async () =>
      (await chat.posts()).find((one) => one.id === id && matches(one.card?.title ?? '', title)),
    );
  const runs = async () => {
    const answer = await demo.cli(['runs', 'flights', '--limit', '100']);
    return Runs.parse(answer.json).runs;
  };
  /** Trains until there are this many versions. */
  async function versions(count: number): Promise<void> {
    for (;;) {
      const trained = (await runs()).filter(({ version }) => version !== undefined);
      if (trained.length >= count) return;
      await chat.say('dev', `/train flights ${QUICK}`);
      await look('the training is over', async () => {
        const now = (await runs()).filter(({ version }) => version !== undefined);
        return now.length > trained.length;
      });
    }
  }
  /** Waits until the role that was killed works again. */
  const revived = (part: Part, killed: number) =>
    look(`${part} is started again`, async () => {
      const pid = await demo.pidOf(part);
      return pid !== undefined && pid !== killed;
    });

  /** Starts a slow training. @returns its message, once the program is running */
  async function midTraining(parameters = SLOW): Promise<{ message: Post; run: string }> {
    const id = crypto.randomUUID();
    const run = deriveId('run', id);
    await chat.say('dev', `/train flights ${parameters}`, id);
    const message = await look('the training has a message', async () =>
      (await chat.posts()).find(({ card }) => card?.footer === run),
    );
    await look('it is in the middle', async () => {
      const now = (await chat.posts()).find((one) => one.id === message.id);
      return (now?.card?.progress?.share ?? 0) > 0.15;
    });
    return { message, run };
  }

  it.runIf(playsLong('worker killed'))(
    'goes on with a training whose worker was killed, with the same trainer',
    async () => {
      const { message, run } = await midTraining();
      const trainers = async () =>
        (await demo.running(run)).filter(({ words }) => words.includes(TRAINER));
      const [before] = await trainers();
      await demo.kill9('worker');
      const [after] = await trainers();
      expect(after?.pid).toBe(before?.pid);

      const most = { trainers: 0 };
      const end = await look('the run is over', async () => {
        most.trainers = Math.max(most.trainers, (await trainers()).length);
        const [now] = (await runs()).filter(({ id }) => id === run);
        return now && ['succeeded', 'failed'].includes(now.status) && now;
      });
      expect(most.trainers).toBeLessThanOrEqual(1);
      expect(end).toMatchObject({ status: 'succeeded', attempts: 1 });
      await edited(message, `flights v${end.version} is trained`);
      expect(await demo.running(run)).toEqual([]);
    },
  );

  it.runIf(playsLong('bot killed at a vote'))(
    'counts a vote after the bot was killed, on the message from before',
    async () => {
      await versions(1);
      await chat.say('dev', '/promote flights 1');
      const asked = await post('Approve flights v1 for production?');
      const killed = await demo.kill9('bot');
      await revived('bot', killed);
      expect((await post('Approve flights v1 for production?')).id).toBe(asked.id);

      expect(await chat.react('lead', asked.id, 'white_check_mark')).toMatchObject({
        card: { title: expect.stringContaining('was counted') },
      });
      const live = await edited(asked, 'flights v1 is live in production');
      expect(await countOf(live.card?.footer ?? '')).toBe(1);
    },
  );

  it.runIf(playsLong('bot killed at a training'))(
    'goes on editing the message of a training when the bot is killed',
    async () => {
      const { message, run } = await midTraining();
      await demo.kill9('bot');
      await edited(message, /^flights v\d+ is trained$/);
      expect(await countOf(run)).toBe(1);
    },
  );

  it.runIf(playsLong('bot killed at commands'))(
    'loses no acknowledged command while the bot is killed twice, and does none twice',
    async () => {
      await versions(2);
      const known = new Set((await runs()).map(({ id }) => id));
      const made: string[] = [];
      let acknowledged = 0;
      let repeated = 0;
      let bot = await look('the bot runs', () => demo.pidOf('bot'));

      /** Repeats the call until there is an answer, always with the same ID, as every client does. */
      async function insist(id: string, command: string, input: readonly string[]) {
        const { reply } = await look(`${command} ${input} is acknowledged`, async () => {
          repeated += 1;
          const answer = Acknowledged.parse(await chat.invoke(id, command, input));
          repeated -= 1;
          return answer;
        });
        acknowledged += 1;
        return reply;
      }
      async function trainAndCancel(number: number) {
        const id = `crash-train-${number}`;
        const reply = await insist(id, 'train', ['flights', QUICK]);
        expect(reply.fault).toBeUndefined();
        const run = reply.data.run?.id ?? '';
        made.push(run);
        await insist(`crash-cancel-${number}`, 'cancel', [run]);
        const { outcome } = await look(`${run} is over`, async () => {
          const state = await chat.watch(id);
          return state && !['pending', 'checking'].includes(state.outcome) && state;
        });
        expect(['refused', 'done']).toContain(outcome);
      }
      const approvals = new Set<string>();
      async function promote(number: number) {
        const id = `crash-promote-${number}`;
        const { fault, card, data } = await insist(id, 'promote', ['flights', '2']);
        // One open request per version: the second caller is told about the first.
        if (fault !== undefined) return expect(card.title).toContain('is already waiting');
        approvals.add(data.approval?.id ?? '');
        const decided = await look('the gates are judged', async () => {
          const state = await chat.watch(id);
          return state && state.outcome !== 'checking' && state;
        });
        expect(decided).toMatchObject({ outcome: 'pending' });
      }
      async function killAt(commands: number) {
        await look(`${commands} commands are acknowledged`, async () => acknowledged >= commands);
        process.kill(bot, 'SIGKILL');
        await revived('bot', bot);
        bot = (await demo.pidOf('bot')) ?? 0;
      }

      const pairs = WHOLE ? 28 : 12;
      const work = Array.from({ length: pairs }, (_, number) => () => trainAndCancel(number));
      work.splice(4, 0, ...Array.from({ length: 4 }, (_, number) => () => promote(number)));
      await Promise.all([inTurns(work, 6), killAt(8).then(() => killAt(2 * pairs - 8))]);
      expect(acknowledged).toBe(2 * pairs + 4);
      expect(repeated).toBeGreaterThan(0);
      expect(approvals.size).toBe(1);

      const after = (await runs()).filter(({ id }) => !known.has(id));
      expect(after.map(({ id }) => id).sort()).toEqual([...new Set(made)].sort());
      for (const { status } of after) expect(['cancelled', 'succeeded']).toContain(status);
      const footers = (await chat.posts()).map(({ card }) => card?.footer ?? '');
      for (const run of made) expect(footers.filter((footer) => footer === run)).toEqual([run]);
    },
  );

  it.runIf(playsLong('redis killed'))(
    'answers in one line while Redis is killed, and goes on afterwards',
    async () => {
      const { message } = await midTraining();
      const asked: { run: string; fault: string | undefined; line: string }[] = [];
      for (let number = 0; number < (WHOLE ? 6 : 4); number++) {
        if (number % 2 === 0) await demo.kill9('redis');
        const id = `redis-away-${number}`;
        const answer = await chat.invoke(id, 'train', ['flights', QUICK]);
        const { fault, card } = Acknowledged.parse(answer).reply;
        asked.push({ run: deriveId('run', id), fault, line: card.title });
      }
      for (const { fault, line } of asked)
        if (fault !== undefined) expect(line).toMatch(/^Queueing train: [^\n]*Redis[^\n]*$/);

      await edited(message, /^flights v\d+ is trained$/);
      await look('nothing waits any more', async () =>
        (await runs()).every(({ status }) => !['queued', 'running'].includes(status)),
      );
      // What was accepted was done; what was reported as not started was not.
      const ended = new Map((await runs()).map(({ id, status }) => [id, status]));
      for (const { run, fault } of asked)
        expect(ended.get(run), run).toBe(fault === undefined ? 'succeeded' : 'failed');
    },
  );

  async function countOf(footer: string): Promise<number> {
    return (await chat.posts()).filter(({ card }) => card?.footer === footer).length;
  }
});

function matches(text: string, pattern: string | RegExp): boolean {
  return typeof pattern === 'string' ? text === pattern : pattern.test(text);
}

/** Does the work, this many at a time. */
async function inTurns(work: (() => Promise<void>)[], atOnce: number): Promise<void> {
  const queue = [...work];
  const hand = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await next();
  };
  await Promise.all(Array.from({ length: atOnce }, hand));
}
