import { randomUUID } from 'node:crypto';
import type fc from 'fast-check';
import type { Approval } from '../../../src/core/ports/approvals.ts';
import type { Broken } from './site.ts';
import { drills, ordersAtOnce, overrides, rollouts, type Step, votesAtOnce } from './steps.ts';

/** As if there were no override, when votes are counted. */
function withoutOverride(approval: Approval): Approval {
  const { override: _, ...rest } = approval;
  return approval.status === 'checking' || approval.status === 'refused' ? approval : rest;
}
const maybe = (approval: Approval | undefined) => approval && withoutOverride(approval);

/** Fixes that are taken out, and what the sequences then find. */
export const FAULTS: readonly {
  fault: string;
  sequences: fc.Arbitrary<Step[]>;
  broken: Broken;
  found: string;
  /** Of fast-check: one whose first or second sequence finds it. `npm run test:sweep` draws another each time. */
  seed: number;
}[] = [
  {
    fault: 'a request is decided by votes that were read before the write',
    sequences: votesAtOnce,
    broken: {
      approvals: ({ get, decide }) => ({
        decide: async (seen, ...decision) => decide(await get(seen.id), ...decision),
      }),
    },
    found: 'the votes of approval-',
    seed: 3,
  },
  {
    fault: 'a rollback does not name what it replaces',
    sequences: ordersAtOnce,
    broken: {
      // Each order is separate, and rolls back whatever is live when it runs.
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
    },
    found: 'replaces what somebody meant',
    seed: 2,
  },
  {
    fault: 'the time to undo is stored as over',
    sequences: rollouts,
    broken: {
      approvals: ({ settleAt }) => ({
        settleAt: (seen, at) => settleAt(seen, at && new Date(at.getTime() - 10_000)),
      }),
    },
    found: 'the time to undo approval-',
    seed: 1,
  },
  {
    fault: 'a version goes on from shadow whatever it decided there',
    sequences: rollouts,
    broken: {
      tallies: ({ of }) => ({
        async of(...asked) {
          const tally = await of(...asked);
          return tally && { ...tally, shadow: { ...tally.shadow, flipped: 0 } };
        },
      }),
    },
    found: 'rows decided differently in shadow',
    seed: 4,
  },
  {
    fault: 'the vote of whoever overrode a gate counts',
    sequences: overrides,
    broken: {
      approvals: ({ get, vote, decide }) => ({
        get: async (id) => withoutOverride(await get(id)),
        vote: async (...given) => maybe(await vote(...given)),
        decide: async (...given) => maybe(await decide(...given)),
      }),
    },
    found: 'the votes of approval-',
    seed: 1,
  },
  {
    fault: 'a drill that is done again is recorded again',
    sequences: drills,
    broken: {
      audit: ({ append }) => ({
        append: (event) =>
          append(event.action.startsWith('drill.') ? { ...event, id: randomUUID() } : event),
      }),
    },
    found: 'events of a drill',
    seed: 1,
  },
];
