import { describe, expect, it } from 'vitest';
import { playsLong, SEED, WHOLE } from '../sweep.ts';
import type { OpenBots } from './bots.ts';
import { randomFrom } from './random.ts';
import { type OpenStage, playOut, votesOf } from './run.ts';
import { writeScript } from './script.ts';

/** Another storm: `STORM_SEED=7 npm test -- test/storm`. In a sweep each is another. */
const STORM = Number(process.env['STORM_SEED'] ?? (WHOLE ? SEED : 1));
const LONGEST_MS = 900_000;

interface Size {
  /** How many events the script has. */
  acts: number;
  /** How often the connection is cut at the least. */
  cuts: number;
  bots: OpenBots;
  /** How often one of several bots is killed at the least. */
  kills: number;
  /** Whatever is sampled. */
  isAsked: boolean;
}

/** `acts` random events leave the same behind in a storm as in calm weather. */
export function stormTest(
  name: string,
  open: OpenStage,
  { acts, cuts, bots, kills, isAsked }: Size,
): void {
  describe(`${name} in a storm`, () => {
    it.runIf(isAsked || playsLong('storm'))(
      `leaves what ${acts} events leave in calm weather (seed ${STORM})`,
      async () => {
        const script = writeScript(randomFrom(STORM), acts);
        expect(script.acts.length).toBeGreaterThanOrEqual(acts);
        const calm = await playOut(script, open);
        const storm = await playOut(script, open, { seed: STORM + 1, bots, kills });

        // Or there was no storm. A short one has less than its share: its last windows only catch up.
        expect(storm.damage?.lost).toBeGreaterThan(0);
        expect(storm.damage?.repeated).toBeGreaterThan(acts / 20);
        expect(storm.damage?.cut).toBeGreaterThanOrEqual(cuts);
        // One call in ten fails. How many there are is not known before: while no bot posts, changes of a message pile up
        // to one edit, so bots that are killed may make fewer than one bot does.
        const { calls = 0, troubled = 0 } = storm.damage ?? {};
        expect(calls).toBeGreaterThan(acts / 10);
        expect(troubled).toBeGreaterThanOrEqual(Math.floor(calls / 100));
        if (kills === 0) expect(troubled).toBeGreaterThan(Math.floor(acts / 120));

        expect(storm.kills?.killed ?? 0).toBeGreaterThanOrEqual(kills);
        const longest = Math.max(0, ...(storm.kills?.takeOvers ?? []));
        if (storm.kills)
          process.stdout.write(
            `${name}: ${storm.kills.killed} kills, longest take-over ${(longest / 1000).toFixed(1)} s, wrong messages ${storm.wrong.length}\n`,
          );

        for (const { wrong, errors, votes, trail, doubtful } of [calm, storm]) {
          expect(wrong).toEqual([]);
          expect(errors).toEqual([]);
          expect(votes).toEqual(votesOf(script));
          expect(trail, doubtful).toEqual(votes);
        }
        expect(storm.remains).toEqual(calm.remains);
      },
      LONGEST_MS,
    );
  });
}
