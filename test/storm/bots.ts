import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { bundled } from '../bundled.ts';
import { eventually } from '../story/eventually.ts';
import { type BotSettings, openBot } from './bot.ts';
import { type ChildSettings, Note } from './bot-notes.ts';
import { choose, type Random } from './random.ts';
import type { Stage } from './stage.ts';

/** What bots have taken in. */
interface Heard {
  /** The IDs of stored events. */
  stored: Set<string>;
  /** The IDs of events about emoji. */
  reactions: Set<string>;
}

interface Bots extends Heard {
  start(): Promise<void>;
  /** They read what they may have missed. */
  missed(): Promise<void>;
  stop(): Promise<void>;
  /** Kills one of them every few seconds until it is told to end, and at least `least` times. */
  killing?(random: Random, least: number): { end(): Promise<Kills> };
}

export interface Kills {
  killed: number;
  /** For each one that had the lease: how long until another one had it and heard, in milliseconds. */
  takeOvers: number[];
}

export type OpenBots = (parts: {
  stage: Stage;
  settings: BotSettings;
  own: Parameters<typeof openBot>[1];
  child: Omit<ChildSettings, keyof BotSettings | 'as'>;
}) => Promise<Bots>;

/** In the process of the test. */
export const oneBot: OpenBots = async ({ stage, settings, own }) => {
  const heard = createHeard();
  const bot = await openBot(settings, { ...own, ...heard });
  return {
    ...heard,
    async start() {
      await bot.start();
      stage.reachedAt(bot.requestUrl());
    },
    missed: bot.missed,
    stop: bot.stop,
  };
};

function createHeard() {
  const [stored, reactions] = [new Set<string>(), new Set<string>()];
  return {
    ...{ stored, reactions },
    onEvent({ id, isReaction }: { id: string; isReaction: boolean }) {
      if (isReaction) reactions.add(id);
    },
    onStored: (id: string) => void (reactions.has(id) || stored.add(id)),
  };
}

interface Running {
  as: string;
  process: ChildProcess;
  ready: Promise<unknown>;
  isReady: boolean;
  url: string | undefined;
}

const PATIENCE = { within: 60_000, every: 20 };
/** Between two kills, and as much again at random. */
const BETWEEN_MS = 2000;

/** Two processes, of which one is killed now and then and started again. */
export const twoBots: OpenBots = async ({ stage, settings, child, own }) => {
  const { queue, log } = own;
  const heard = createHeard();
  const program = await bundled(new URL('./bot-child.ts', import.meta.url));
  const running: Running[] = [];
  let count = 0;

  function launch(): Running {
    count += 1;
    const as = `bot ${count}`;
    const given: ChildSettings = { ...settings, ...child, as };
    const process = fork(program.file, [JSON.stringify(given)], {
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const one: Running = { as, process, isReady: false, url: undefined, ready: Promise.resolve() };
    one.ready = new Promise<void>((resolve) => {
      process.on('message', (raw) => {
        const note = Note.parse(raw);
        if (note.kind === 'event') heard.onEvent(note);
        else if (note.kind === 'stored') heard.onStored(note.id);
        else if (note.kind === 'error') log.error({ bot: as, ...note.fields }, note.message);
        else {
          one.isReady = true;
          one.url = note.url;
          resolve();
        }
      });
    });
    running.push(one);
    return one;
  }

  /** As a balancer does: requests go to one that is up. */
  const balance = () => stage.reachedAt(running.find(({ isReady }) => isReady)?.url);

  async function kill(one: Running): Promise<void> {
    running.splice(running.indexOf(one), 1);
    one.process.kill('SIGKILL');
    balance();
    await once(one.process, 'exit');
  }

  const holder = async () => (await queue.leases.list())[0];

  async function takenOver(before: number): Promise<number> {
    const since = performance.now();
    await eventually(
      'another bot that has the lease and hears',
      async () => ((await holder())?.token ?? 0) > before && stage.listens(),
      PATIENCE,
    );
    return performance.now() - since;
  }

  return {
    ...heard,
    async start() {
      for (const one of [launch(), launch()]) await one.ready;
      balance();
    },
    async missed() {
      for (const { process } of running) process.send('missed');
    },
    async stop() {
      for (const one of running.splice(0)) {
        one.process.kill('SIGTERM');
        await once(one.process, 'exit');
      }
      await program.remove();
    },
    killing(random, least) {
      const kills: Kills = { killed: 0, takeOvers: [] };
      let isOver = false;
      async function rage(): Promise<void> {
        while (!isOver || kills.killed < least) {
          await pause(BETWEEN_MS * (1 + random()));
          const lease = await holder();
          // Both are up again, or nobody could take over.
          await Promise.all(running.map(({ ready }) => ready));
          const had = running.find(({ as }) => as === lease?.holder);
          const one = had && random() < 0.8 ? had : choose(random, running);
          await kill(one);
          kills.killed += 1;
          const next = launch();
          if (one === had && lease) kills.takeOvers.push(await takenOver(lease.token));
          await next.ready;
          balance();
        }
      }
      const raging = rage();
      return {
        async end() {
          isOver = true;
          await raging;
          return kills;
        },
      };
    },
  };
};
