import { once } from 'node:events';
import { isChallengers, seedOf } from '../../src/serving/challenger/routing.ts';
import { openScript } from '../inference/open.ts';
import type { Order, Report, Sample } from './messages.ts';
import { WEIGHT } from './versions.ts';

/** Milliseconds of what was answered while one thing went on. */
export interface Phase {
  /** Of the requests that are the stable version's turn; without a rollout, of all. */
  stable: number[];
  /** Of all requests, also of those that waited for a challenger in vain. */
  all: number[];
}

export interface Traffic {
  /** What is answered from now on is a phase of its own. @returns its place in the list of `stop` */
  begin(): number;
  /** In this phase, some of the requests are this challenger's turn. */
  rollout(deployment: string): void;
  /** By `now` of the next answer by that version. */
  answer(version: number): Promise<number>;
  /** By `now` of its last answer so far; undefined if it gave none. */
  last(version: number): Promise<number | undefined>;
  /** Stops sending and waits for pending requests. */
  stop(): Promise<{ sent: number; failed: number; phases: Phase[] }>;
}

/** A steady load, sent by a process of its own, of which each answer belongs to a phase. */
export async function startTraffic(url: string, body: object, perSecond: number): Promise<Traffic> {
  const words = [url, JSON.stringify(body), String(perSecond)];
  const { child, close } = await openScript('../rollout/sender.ts', words);
  const waiting = new Map<number, (at: number | undefined) => void>();
  const deployments = new Map<number, string>();
  let phase = 0;
  let asked = 0;
  const order = (one: Order) => void child.send(one);
  const ask = (type: 'answer' | 'last', version: number) =>
    new Promise<number | undefined>((resolve) => {
      asked += 1;
      waiting.set(asked, resolve);
      order({ type, number: asked, version: String(version) });
    });
  const stopped = new Promise<Extract<Report, { type: 'stopped' }>>((resolve) => {
    child.on('message', (report: Report) => {
      if (report.type === 'stopped') resolve(report);
      else {
        waiting.get(report.number)?.(report.at);
        waiting.delete(report.number);
      }
    });
  });
  const died = once(child, 'exit').then(() => {
    throw new Error('the process that sends the requests ended');
  });
  died.catch(() => {});

  return {
    begin() {
      order({ type: 'begin' });
      phase += 1;
      return phase;
    },
    rollout: (deployment) => void deployments.set(phase, deployment),
    answer: async (version) => (await ask('answer', version)) ?? Number.NaN,
    last: (version) => ask('last', version),
    async stop() {
      order({ type: 'stop' });
      const { sent, failed, phases } = await Promise.race([stopped, died]);
      await close();
      return { sent, failed, phases: phases.map((one, at) => toPhase(one, deployments.get(at))) };
    },
  };
}

function toPhase(samples: readonly Sample[], deployment: string | undefined): Phase {
  const seed = deployment === undefined ? undefined : seedOf(deployment);
  const isStable = ([id]: Sample) => seed === undefined || !isChallengers(id, seed, WEIGHT);
  return {
    stable: samples.filter(isStable).map(([, ms]) => ms),
    all: samples.map(([, ms]) => ms),
  };
}
