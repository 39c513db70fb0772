import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEED, someOf, WHOLE } from '../sweep.ts';
import { mortalCollections } from './crash/lives.ts';
import { openReplay } from './crash/replay.ts';
import { SCENARIOS } from './crash/scenarios.ts';

/** How many deaths of a scenario are played in a run that is no sweep. */
const SAMPLE = 5;

let undo = () => {};
beforeAll(() => {
  undo = mortalCollections();
});
afterAll(() => undo());

describe('a process that dies at any of its awaits', { timeout: 1_800_000 }, () => {
  it.each(someOf('crash', SCENARIOS, 2))('leaves nothing half done: $name', async (scenario) => {
    const replay = await openReplay(scenario);
    try {
      const { seen, calls, died } = await replay.dies();
      expect(died).toBe(false);
      // Were the calls not counted, nothing would die.
      expect(calls.length).toBeGreaterThan(10);
      const stride = WHOLE ? 1 : Math.max(1, Math.floor(calls.length / SAMPLE));
      for (let at = SEED % stride; at < calls.length; at += stride) {
        const where = `dead after call ${at}, ${calls[at]}`;
        const after = await replay.dies(at).catch((cause: unknown) => {
          throw new Error(where, { cause });
        });
        // How often something is asked for may differ by one or two.
        if (!after.died) expect(at, where).toBeGreaterThan(0.9 * calls.length);
        expect.soft(after.seen, where).toEqual(seen);
      }
    } finally {
      await replay.end();
    }
  });
});
