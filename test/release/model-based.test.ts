import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WHOLE } from '../sweep.ts';
import { check, checkEnd } from './model-based/invariants.ts';
import { perform } from './model-based/perform.ts';
import { type Broken, openSite } from './model-based/site.ts';
import { anything, ordersAtOnce, rollouts, type Step, votesAtOnce } from './model-based/steps.ts';

/** Plays a sequence on a registry of its own; throws at the first step after which an invariant does not hold. */
async function play(steps: readonly Step[], broken?: Broken): Promise<void> {
  const site = await openSite(broken);
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

/** What the first sequence that fails says, with a fix taken out; undefined if none fails. */
async function found(sequences: fc.Arbitrary<Step[]>, broken: Broken): Promise<unknown> {
  const property = fc.asyncProperty(sequences, (steps) => play(steps, broken));
  const { errorInstance } = await fc.check(property, { numRuns: 40, endOnFailure: true });
  return errorInstance;
}

describe('promotions, rollouts and rollbacks in any order', { timeout: 900_000 }, () => {
  it('keep one stable version, with votes, a ticket and an event for every switch', async () => {
    const sequences = fc.oneof(
      { weight: 3, arbitrary: anything },
      { weight: 3, arbitrary: rollouts },
      { weight: 1, arbitrary: votesAtOnce },
      { weight: 1, arbitrary: ordersAtOnce },
    );
    await fc.assert(
      fc.asyncProperty(sequences, (steps) => play(steps)),
      { numRuns: WHOLE ? 40 : 3, interruptAfterTimeLimit: 800_000, markInterruptAsFailure: true },
    );
  });

  it('are found to break if a request is decided by votes that were read before the write', async () => {
    const error = await found(votesAtOnce, {
      approvals: ({ get, decide }) => ({
        decide: async (seen, ...decision) => decide(await get(seen.id), ...decision),
      }),
    });
    expect(error).toMatchObject({ message: expect.stringContaining('the votes of approval-') });
  });

  it('are found to break if a rollback does not name what it replaces', async () => {
    const error = await found(ordersAtOnce, {
      // Each order is one of its own, and takes back whatever is live when it is carried out.
      payload: (name, payload) =>
        name === 'roll-back' && typeof payload === 'object'
          ? { ...payload, id: `deployment-${randomUUID().slice(0, 8)}` }
          : payload,
      deployments: ({ live, rollBack }) => ({
        rollBack: async (order, mayStill) => {
          const { id = order.replaces } = (await live(order.model, order.environment)) ?? {};
          return rollBack({ ...order, replaces: id }, mayStill);
        },
      }),
    });
    expect(error).toMatchObject({
      message: expect.stringContaining('replaces what somebody meant'),
    });
  });
});
