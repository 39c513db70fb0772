import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSource, type Source } from './source.ts';

/** Hostile inputs per surface, at least 5,000 in total; `plan.test.ts` counts them. */
export const PLAN = {
  gateway: 1400,
  page: 700,
  commands: 900,
  terminal: 400,
  slack: 500,
  discord: 400,
  workspace: 200,
  programs: 500,
  onnx: 150,
  parquet: 60,
} as const;

export type Surface = keyof typeof PLAN;

/** The whole run follows from this number; `ABUSE_SEED=7 npm test -- test/abuse` plays another one. */
const SEED = Number(process.env['ABUSE_SEED'] ?? 20_261_130);
/** `ABUSE_ONLY=17` repeats the one input that a failure names. */
const ONLY = process.env['ABUSE_ONLY'];

/** Anything longer counts as a hang. */
const HANG_MS = 10_000;
const TICK_MS = 100;

interface Assault {
  /** One hostile input, from start to end. Throws unless the result is a clear refusal. */
  attack(source: Source, index: number): Promise<void> | void;
  /** Called now and then and at the end: throws if the surface no longer works, or its state has changed. */
  unharmed(): Promise<void> | void;
  /** How many inputs run at the same time. */
  atOnce?: number;
}

/** Plays every input of a surface. Each depends only on the seed and its number. */
export async function assault(surface: Surface, { attack, unharmed, atOnce = 1 }: Assault) {
  const numbers = ONLY === undefined ? [...Array(PLAN[surface]).keys()] : [Number(ONLY)];
  const check = () => within(`the check of ${surface}`, async () => unharmed());
  await check();
  for (let from = 0; from < numbers.length; from += atOnce) {
    const batch = numbers.slice(from, from + atOnce);
    await Promise.all(batch.map((index) => one(surface, index, attack)));
    if (Math.floor(from / 100) !== Math.floor((from + atOnce) / 100)) await check();
  }
  await check();
}

async function one(surface: Surface, index: number, attack: Assault['attack']) {
  const source = createSource(seedOf(surface, index));
  try {
    await within(`input ${index}`, async () => attack(source, index));
  } catch (cause) {
    const again = `ABUSE_SEED=${SEED} ABUSE_ONLY=${index} npm test -- test/abuse/${surface}.test.ts`;
    throw new Error(`${surface}: input ${index} did harm. ${again}\n${String(cause)}`, { cause });
  }
}

function seedOf(surface: Surface, index: number): number {
  const digest = createHash('sha256').update(`${SEED} ${surface} ${index}`).digest();
  return digest.readUInt32LE(0);
}

/**
 * Throws if `act` takes over ten seconds of time in which this process could run: on a busy machine the ticks come
 * late, and so does the deadline.
 */
async function within(what: string, act: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const hung = new Promise<never>((_, reject) => {
    let ticks = 0;
    timer = setInterval(() => {
      ticks += 1;
      if (ticks * TICK_MS >= HANG_MS) reject(new Error(`${what} took over ${HANG_MS} ms`));
    }, TICK_MS);
  });
  try {
    await Promise.race([act(), hung]);
  } finally {
    clearInterval(timer);
  }
}

/** Throws if one of the secrets appears in a log or an answer. */
export function requireNoSecret(secrets: readonly string[], said: string): void {
  for (const secret of secrets)
    if (said.includes(secret)) expect.fail(`a secret was told: ${said.slice(0, 2000)}`);
}

/** Object.prototype must be unchanged. */
export function requireCleanPrototypes(): void {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(Object.keys(Array.prototype)).toEqual([]);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
}

export { describe, expect, it };
