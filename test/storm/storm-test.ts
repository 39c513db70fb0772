import { describe, expect, it } from 'vitest';
import { randomFrom } from './random.ts';
import { type OpenStage, playOut, votesOf } from './run.ts';
import { writeScript } from './script.ts';

/** Another storm: `STORM_SEED=7 npx vitest run test/storm`. */
const SEED = Number(process.env['STORM_SEED'] ?? 1);
const LONGEST_MS = 600_000;

/** `acts` random events leave the same behind in a storm as in calm weather. */
export function stormTest(name: string, open: OpenStage, acts: number): void {
  describe(`${name} in a storm`, () => {
    it(
      `leaves what ${acts} events leave in calm weather (seed ${SEED})`,
      async () => {
        const script = writeScript(randomFrom(SEED), acts);
        expect(script.acts.length).toBeGreaterThanOrEqual(acts);
        const t0 = performance.now();
        const calm = await playOut(script, open);
        const t1 = performance.now();
        const storm = await playOut(script, open, SEED + 1);
        console.log(
          Math.round(t1 - t0),
          Math.round(performance.now() - t1),
          storm.damage,
          calm.errors.slice(0, 3),
          storm.errors.slice(0, 3),
          storm.errors.length,
        );

        expect(calm.wrong).toEqual([]);
        expect(storm.wrong).toEqual([]);
        for (const { votes, trail } of [calm, storm]) {
          expect(votes).toEqual(votesOf(script));
          expect(trail).toEqual(votes);
        }
        expect(storm.remains).toEqual(calm.remains);
      },
      LONGEST_MS,
    );
  });
}
