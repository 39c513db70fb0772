import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { median, quantile } from './numbers.ts';
import { type Contender, type Ours, openBare, openOurs } from './slack/contenders.ts';
import { cpuOf } from './slack/cpu.ts';
import { createRequests } from './slack/requests.ts';
import { openSink, type Sink } from './slack/sink.ts';

interface Side {
  /** Milliseconds of the server's CPU for each command, until it is acknowledged. */
  cpu: number;
  /** The same at the steady rate, with everything else that the process does. */
  steadyCpu: number;
  rps: number;
  /** While no command is answered. */
  ack: Acks;
}

/** Milliseconds until a command is acknowledged, at the steady rate: medians of the rounds, and the worst of all. */
interface Acks {
  p50: number;
  p99: number;
  max: number;
}

export interface SlackResult {
  ours: Side;
  bare: Side;
  /** Milliseconds of the server's CPU for each command, stored first and answered later. */
  answered: number;
  /** Ours, while the same process answers earlier commands. */
  busy: Acks;
  /** Medians of the rounds' ratios, ours over bare: both sides of a round have the same noise. */
  ratio: { cpu: number; steadyCpu: number; answered: number; rps: number };
  rounds: number;
  perSecond: number;
}

type Requests = ReturnType<typeof createRequests>;

const PER_SECOND = 100;
/** For a whole round. */
const PATIENCE_MS = 60_000;
const SIDES = ['bare', 'ours'] as const;

/**
 * Slash commands by signed requests: the bot role, which stores each command in Redis before it acknowledges, compared
 * with a bare Bolt app that acknowledges and stores nothing. Each runs in its own process, and only its CPU counts, not
 * that of Redis, the store or the sender. They run in turns, so that both have the same noise. During the comparison
 * nothing is answered: the cost of answering is measured separately after each round, and so is the latency of
 * acknowledgements while ours answers.
 * @throws Error if a command was acknowledged but not stored, or stored but not answered
 */
export async function benchSlack({
  rounds = 5,
  commands = 800,
  steady = 200,
}: {
  rounds?: number;
  /** Commands in a round that measures CPU and rate. */
  commands?: number;
  /** Commands in a round that measures the latency of acknowledgements. */
  steady?: number;
} = {}): Promise<SlackResult> {
  const dir = await mkdtemp(join(tmpdir(), 'bench-slack-'));
  const sink = await openSink();
  const requests = createRequests(sink);
  const open: Contender[] = [];
  try {
    const bare = await openBare(dir, sink);
    open.push(bare);
    const ours = await openOurs(dir, sink);
    open.push(ours);
    const who = { bare, ours };
    await warmUp(who, requests, sink, commands);
    const shots = { bare: newShots(), ours: newShots() };
    const answered: number[] = [];
    const busy: number[][] = [];
    for (let round = 0; round < rounds; round += 1) {
      await ours.hold();
      for (const side of round % 2 ? SIDES : SIDES.toReversed()) {
        const one = who[side];
        const all = requests(commands);
        const some = requests(steady);
        const flood = await costOf(one, commands, () => one.flood(all));
        const calm = await costOf(one, steady, () => one.steady(some, PER_SECOND));
        shots[side].cpu.push(flood.cpu);
        shots[side].steadyCpu.push(calm.cpu);
        shots[side].rps.push(flood.result);
        shots[side].acks.push(calm.result);
      }
      answered.push(await answerAll(ours, sink, commands + steady));
      const wanted = sink.answered() + steady;
      busy.push(await ours.steady(requests(steady), PER_SECOND));
      await untilAnswered(wanted, ours, sink);
    }
    const all = shots.ours.cpu.map((cpu, n) => cpu + (answered[n] ?? Number.NaN));
    return {
      ours: sideOf(shots.ours),
      bare: sideOf(shots.bare),
      answered: median(all),
      busy: acksOf(busy),
      ratio: {
        cpu: ratioOf(shots.ours.cpu, shots.bare.cpu),
        steadyCpu: ratioOf(shots.ours.steadyCpu, shots.bare.steadyCpu),
        answered: ratioOf(all, shots.bare.cpu),
        rps: ratioOf(shots.ours.rps, shots.bare.rps),
      },
      rounds,
      perSecond: PER_SECOND,
    };
  } finally {
    for (const one of open.toReversed()) await one.close();
    await sink.close();
    await rm(dir, { recursive: true, force: true });
  }
}

interface Shots {
  cpu: number[];
  steadyCpu: number[];
  rps: number[];
  acks: number[][];
}

const newShots = (): Shots => ({ cpu: [], steadyCpu: [], rps: [], acks: [] });

const sideOf = ({ cpu, steadyCpu, rps, acks }: Shots): Side => ({
  cpu: median(cpu),
  steadyCpu: median(steadyCpu),
  rps: median(rps),
  ack: acksOf(acks),
});

/** Median of the rounds, so that one on a busy machine does not count for all. */
const acksOf = (rounds: readonly number[][]): Acks => ({
  p50: median(rounds.map((acks) => quantile(acks, 0.5))),
  p99: median(rounds.map((acks) => quantile(acks, 0.99))),
  max: Math.max(...rounds.flat()),
});

const ratioOf = (ours: readonly number[], bare: readonly number[]) =>
  median(ours.map((value, n) => value / (bare[n] ?? Number.NaN)));

/** Warm-up: compilation and one-time requests to Slack are not part of a command. */
async function warmUp(
  { bare, ours }: { bare: Contender; ours: Ours },
  requests: Requests,
  sink: Sink,
  count: number,
): Promise<void> {
  await bare.flood(requests(2 * count));
  await ours.hold();
  await ours.flood(requests(2 * count));
  await answerAll(ours, sink, 2 * count);
}

/** Milliseconds of the server's CPU for each of `count` commands, and the result of `work`. */
async function costOf<T>({ pid }: Contender, count: number, work: () => Promise<T>) {
  const before = await cpuOf(pid);
  const result = await work();
  return { result, cpu: ((await cpuOf(pid)) - before) / count };
}

/** Lets the stored commands be answered. @returns milliseconds of CPU for each */
async function answerAll(ours: Ours, sink: Sink, acknowledged: number): Promise<number> {
  const stored = await ours.stored();
  if (stored !== acknowledged)
    throw new Error(`${acknowledged} commands were acknowledged, but ${stored} were stored`);
  const wanted = sink.answered() + acknowledged;
  const { cpu } = await costOf(ours, acknowledged, async () => {
    await ours.letGo();
    await untilAnswered(wanted, ours, sink);
  });
  return cpu;
}

async function untilAnswered(wanted: number, ours: Ours, sink: Sink): Promise<void> {
  const late = performance.now() + PATIENCE_MS;
  while (sink.answered() < wanted || (await ours.stored()) > 0) {
    const missing = wanted - sink.answered();
    if (performance.now() > late) throw new Error(`${missing} commands were not answered`);
    await wait(20);
  }
}
