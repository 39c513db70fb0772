import { describe, expect, it } from 'vitest';
import { playsLong, SEED, WHOLE } from '../sweep.ts';
import { randomFrom } from './random.ts';
import { type OpenStage, playOut, votesOf } from './run.ts';
import { writeScript } from './script.ts';

/** Another storm: `STORM_SEED=7 npm test -- test/storm`. In a sweep each is different. */
const STORM = Number(process.env['STORM_SEED'] ?? (WHOLE ? SEED : 1));
const LONGEST_MS = 600_000;

interface Size {
  /** Number of events in the script. */
  acts: number;
  /** The minimum number of broken connections. */
  cuts: number;
}

/** `acts` random events have the same result in a storm as in calm conditions. */
export function stormTest(name: string, open: OpenStage, { acts, cuts }: Size): void {
  describe(`${name} in a storm`, () => {
    it.runIf(playsLong('storm'))(
      `leaves what ${acts} events leave in calm weather (seed ${STORM})`,
      async () => {
        const script = writeScript(randomFrom(STORM), acts);
        expect(script.acts.length).toBeGreaterThanOrEqual(acts);
        const calm = await playOut(script, open);
        const storm = await playOut(script, open, STORM + 1);

        // Otherwise there was no storm. A short one has less than its share: its last windows only catch up.
        expect(storm.damage?.lost).toBeGreaterThan(0);
        expect(storm.damage?.repeated).toBeGreaterThan(acts / 20);
        expect(storm.damage?.cut).toBeGreaterThanOrEqual(cuts);
        expect(storm.damage?.troubled).toBeGreaterThan(Math.floor(acts / 120));

        for (const { wrong, errors, votes, trail } of [calm, storm]) {
          expect(wrong).toEqual([]);
          expect(errors).toEqual([]);
          expect(votes).toEqual(votesOf(script));
          expect(trail).toEqual(votes);
        }
        expect(storm.remains).toEqual(calm.remains);
      },
      LONGEST_MS,
    );
  });
}
