import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oneOf, WHOLE } from '../sweep.ts';
import { FAULTS } from './model-based/faults.ts';
import { check, checkEnd } from './model-based/invariants.ts';
import { perform } from './model-based/perform.ts';
import { type Broken, openSite } from './model-based/site.ts';
import {
  anything,
  drills,
  ordersAtOnce,
  overrides,
  rollouts,
  type Step,
  votesAtOnce,
} from './model-based/steps.ts';

/** Plays a sequence on a new registry; throws at the first step that breaks an invariant. */
async function play(steps: readonly Step[], broken?: Broken): Promise<void> {
  const site = await openSite(broken, undefined, { isCareful: true });
  const decided = new Set<string>();
  try {
    for (const one of steps) {
      await perform(site, one);
      await check(site, decided);
    }
    await site.workAll();
    await check(site, decided);
    await checkEnd(site);
  } finally {
    await site.end();
  }
}

type Planted = (typeof FAULTS)[number];

/** Far more than it takes on average, so that no failing sequence is missed by chance. */
const UNTIL_FOUND = 1000;

/** The failure of the first failing sequence with a fix taken out; undefined if none fails. */
async function foundIn({ sequences, broken, seed }: Planted): Promise<unknown> {
  const property = fc.asyncProperty(sequences, (steps) => play(steps, broken));
  const { errorInstance } = await fc.check(property, {
    ...{ numRuns: UNTIL_FOUND, endOnFailure: true },
    ...(!WHOLE && { seed }),
  });
  return errorInstance;
}

describe('promotions, rollouts and rollbacks in any order', { timeout: 900_000 }, () => {
  it('keep one stable version, with votes, a ticket and an event for every switch', async () => {
    const sequences = fc.oneof(
      { weight: 3, arbitrary: anything },
      { weight: 3, arbitrary: rollouts },
      { weight: 1, arbitrary: votesAtOnce },
      { weight: 1, arbitrary: ordersAtOnce },
      { weight: 1, arbitrary: overrides },
      { weight: 1, arbitrary: drills },
    );
    await fc.assert(
      fc.asyncProperty(sequences, (steps) => play(steps)),
      { numRuns: WHOLE ? 40 : 3, interruptAfterTimeLimit: 800_000, markInterruptAsFailure: true },
    );
  });

  it.each(oneOf('planted', FAULTS))('are found to break if $fault', async (planted) => {
    const error = await foundIn(planted);
    expect(error).toMatchObject({ message: expect.stringContaining(planted.found) });
  });
});
