import { createHash } from 'node:crypto';
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Printed at the start. `WHEELHOUSE_SEED=7 npm test` repeats the sample of a run with that seed. */
    seed: number;
  }
}

/** `npm run test:sweep` plays everything that `npm test` samples. */
export const WHOLE = process.env['WHEELHOUSE_SWEEP'] === '1';
export const SEED = inject('seed');

const STRIDE = 8;

/** The deaths of a sweep that this process plays: every `of`th, from number `shard - 1` on. */
const { shard, of } = shardIn(process.env['WHEELHOUSE_SHARD'] ?? '1/1');

/** @param text such as `2/6` */
export function shardIn(text: string): { shard: number; of: number } {
  const [, shard, of] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (shard && of && shard <= of) return { shard, of };
  throw new Error(`WHEELHOUSE_SHARD is "${text}": write 2/6 for the second of six.`);
}

/** Numbers from 0 on: in a sweep all of its shard, otherwise every `stride`th, starting at one chosen by the seed. */
function* numbers(stride: number): Generator<number, never> {
  const step = WHOLE ? of : stride;
  for (let at = WHOLE ? shard - 1 : SEED % step; ; at += step) yield at;
}

/** How many writes to allow before the process dies: every number, or every eighth. */
export const everyWrite = (): Generator<number, never> => numbers(STRIDE);

/** After which of so many calls a process dies: after each, or after about `sample` of them. */
export function* deathsIn(calls: number, sample: number): Generator<number> {
  for (const at of numbers(Math.max(1, Math.floor(calls / sample)))) {
    if (at >= calls) return;
    yield at;
  }
}

/**
 * Number of random inputs for fast-check: all in a sweep, otherwise an eighth. They differ each run; a failure prints
 * its own seed.
 */
export function tries(all: number): { numRuns: number } {
  return { numRuns: WHOLE ? all : Math.ceil(all / 8) };
}

/**
 * All items, or `count` consecutive ones, starting at one chosen by the seed. Each `what` is sampled independently, so
 * that every pair of two samples occurs.
 */
export function someOf<T>(what: string, all: readonly T[], count: number): T[] {
  if (WHOLE) return [...all];
  const from = createHash('sha256').update(`${SEED} ${what}`).digest().readUInt32BE() % all.length;
  return [...all.slice(from), ...all.slice(0, from)].slice(0, count);
}

/** All of them, or one chosen by the seed. */
export const oneOf = <T>(what: string, all: readonly T[]): T[] => someOf(what, all, 1);

/**
 * `npm test` plays the story once, one other long test or one expensive test: the first two take half a minute of two
 * cores, and are drawn twice as often.
 */
const [PLAYED] = oneOf('what takes long', [
  ...(['story', 'story'] as const),
  ...(['long', 'long'] as const),
  'expensive' as const,
]);

/**
 * The story is long and the same everywhere, so `npm test` plays it once at most, on small models. On the demo's months
 * of flights, in the terminal and on the page, it takes minutes: `npm run test:sweep` plays it there.
 */
const STORIES = ['slack', 'discord', 'across'] as const;
const [STORY] = oneOf('story', STORIES);
export const STORY_TASKS = ['binary', 'regression', 'multiclass'] as const;
const [TOLD] = oneOf('task of the story', STORY_TASKS);

export const playsStory = (
  where: (typeof STORIES)[number] | 'terminal' | 'page',
  task: (typeof STORY_TASKS)[number],
): boolean => WHOLE || (PLAYED === 'story' && STORY === where && TOLD === task);

/**
 * Each of these takes as long as the story, or half as long, with every role in its own process. `npm test` plays one at
 * most. What they cover has its own tests, part by part.
 */
const LONG = [
  ...['harm in the page', 'harm in slack', 'harm in discord'],
  ...['months in the page', 'months in slack'],
  ...[
    'worker killed',
    'bot killed at a vote',
    'bot killed at a training',
    'bot killed at commands',
  ],
  ...['redis killed', 'worker killed in a rollout', 'no shared disk'],
  ...['storm', 'hung roles', 'demo killed', 'demo reproduced'],
] as const;
const [LONG_ONE] = oneOf('long story', LONG);

export const playsLong = (what: (typeof LONG)[number]): boolean =>
  WHOLE || (PLAYED === 'long' && LONG_ONE === what);

/** Each of these takes up to 20 seconds of processor time for one thing that seldom breaks. A run plays one at most. */
const EXPENSIVE = [
  'log of more than 2 GiB',
  'memory of many pictures',
  'charts from the sources',
  'adding plug-ins',
  'a bench',
] as const;
const [EXPENSIVE_ONE] = oneOf('expensive test', EXPENSIVE);

export const playsExpensive = (what: (typeof EXPENSIVE)[number]): boolean =>
  WHOLE || (PLAYED === 'expensive' && EXPENSIVE_ONE === what);

/** Of each pair `npm test` plays one: they start the same processes, and most of what they rely on is the same. */
const PAIRS = [
  ['ci', 'reproduce'],
  ['kubernetes', 'ray'],
  ['hangs in a request', 'hangs while it loads'],
] as const;
type OfPair = (typeof PAIRS)[number][number];
const OF_PAIRS = PAIRS.flatMap((pair) => oneOf<OfPair>(pair.join(' or '), pair));

export const playsOfPair = (what: OfPair): boolean => WHOLE || OF_PAIRS.includes(what);
