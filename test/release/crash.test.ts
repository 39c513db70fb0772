import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deathsIn, oneOf, someOf, WHOLE } from '../sweep.ts';
import { mortalCollections, mortalFiles } from './crash/lives.ts';
import { openReplay } from './crash/replay.ts';
import { SAYINGS } from './crash/said.ts';
import { openSaying } from './crash/saying.ts';
import { SCENARIOS } from './crash/scenarios.ts';

/** How many deaths of a scenario are played outside a sweep. */
const SAMPLE = 5;

/** A sample takes seconds; a sweep plays hundreds of deaths a scenario. */
const timeout = WHOLE ? 1_800_000 : 300_000;

const undo: (() => void)[] = [];
beforeAll(() => void undo.push(mortalCollections(), mortalFiles()));
afterAll(() => {
  for (const restore of undo) restore();
});

describe('a process that dies at any of its awaits', { timeout }, () => {
  it.each(someOf('crash', SCENARIOS, 2))('leaves nothing half done: $name', async (scenario) => {
    const replay = await openReplay(scenario);
    try {
      const { seen, calls, died } = await replay.dies();
      expect(died).toBe(false);
      // If calls were not counted, nothing would die.
      expect(calls.length).toBeGreaterThan(10);
      if (scenario.job === 'deploy' && !scenario.isRefused)
        expect(calls).toContain('files.readdir');
      for (const at of deathsIn(calls.length, SAMPLE)) {
        const where = `dead after call ${at}, ${calls[at]}`;
        const after = await replay.dies(at).catch((cause: unknown) => {
          throw new Error(where, { cause });
        });
        // The number of calls may differ by one or two.
        if (!after.died) expect(at, where).toBeGreaterThan(0.9 * calls.length);
        expect.soft(after.seen, where).toEqual(seen);
      }
    } finally {
      await replay.end();
    }
  });
});

describe('what a person changed', { timeout }, () => {
  it.each(oneOf('said', SAYINGS))(
    'is recorded once, wherever the process dies: $line',
    async (saying) => {
      const said = await openSaying(saying);
      try {
        const whole = await said.dies(Number.POSITIVE_INFINITY, false);
        expect(whole.events.map((one) => JSON.parse(one)[0])).toEqual([...saying.records].sort());
        expect(whole.left).toEqual([]);
        expect(whole.calls.length).toBeGreaterThan(3);
        for (const at of deathsIn(whole.calls.length, SAMPLE)) {
          const where = `dead after call ${at}, ${whole.calls[at]}`;
          const again = await said.dies(at, true);
          expect.soft(again.events, `${where}, said again`).toEqual(whole.events);
          expect.soft(again.state, `${where}, said again`).toEqual(whole.state);
          // What was done must not be reported as failed.
          if (/^(pause|resume|hold|unlock|admit|discard|subscribe|confirm|link) /.test(saying.line))
            expect.soft(again.fault, `${where}, said again`).toBeUndefined();
          const once = await said.dies(at, false);
          // No change without its event, and no event without its change.
          if (once.state === whole.state) expect.soft(once.events, where).toEqual(whole.events);
          else if (once.state === said.untouched) expect.soft(once.events, where).toEqual([]);
          else if (!saying.prepares) expect.soft(once.events, where).toContain(whole.events[0]);
          expect.soft(once.left, where).toEqual([]);
        }
        expect(said.faults).toEqual([]);
      } finally {
        await said.end();
      }
    },
  );
});
