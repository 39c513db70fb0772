import { expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import type { Quarantine } from '../../../src/core/ports/quarantines.ts';
import type { LiveEndpoint } from '../../../src/core/ports/serving.ts';
import { Following } from '../../../src/serving/isolation/following.ts';

it('serves the previous version instead of one that the release policy refuses, and records it', async () => {
  const version = (number: number) => ({
    ...{ model: 'flights', environment: 'production', version: number },
    ...{ deployment: `d${number}`, artifact: `a${number}`, features: {}, task: 'binary' },
  });
  let live: LiveEndpoint[] = [{ ...version(1), before: [] }];
  const stored: Quarantine[] = [];
  const plans: (number | undefined)[] = [];
  const following = new Following({
    live: { list: async () => live, onChange: () => () => {} },
    quarantines: { add: async (one) => void stored.push(one), list: async () => stored },
    environments: ['production'],
    clock: systemClock,
    onProblem: () => {},
    changed: () => plans.push(following.plan.models[0]?.serve?.version),
  });
  await following.refresh();
  live = [{ ...version(2), before: [version(1)], refused: 'approval-1 is no longer approved.' }];
  await following.refresh();
  expect(stored).toMatchObject([{ deployment: 'd2', fault: 'refused', version: 2 }]);
  expect(following.plan.models).toMatchObject([
    { serve: { version: 1 }, problem: { deployment: 'd2' } },
  ]);
  expect(following.plan.models[0]?.problem?.error).toContain('approval-1 is no longer approved.');
  // It was never planned, not even briefly.
  expect(plans).not.toContain(2);
});

it('keeps a version out only of the environment in which it failed', async () => {
  const live = ['production', 'staging'].map(
    (environment): LiveEndpoint => ({
      ...{ model: 'flights', environment, version: 1, deployment: `in ${environment}` },
      ...{ artifact: 'one and the same', features: {}, task: 'binary', before: [] },
    }),
  );
  const stored: Quarantine[] = [];
  const following = new Following({
    live: { list: async () => live, onChange: () => () => {} },
    quarantines: { add: async (one) => void stored.push(one), list: async () => stored },
    environments: ['production', 'staging'],
    clock: systemClock,
    onProblem: () => {},
    changed: () => {},
  });
  await following.refresh();
  const [production, staging] = following.plan.models;
  following.keepOut({ slot: staging?.slot ?? 0, fault: 'hung', words: 'It hung.' });
  await following.refresh();
  expect(stored).toMatchObject([{ deployment: 'in staging', environment: 'staging' }]);
  expect(following.plan.models).toMatchObject([
    { environment: 'production', serve: { deployment: 'in production' }, slot: production?.slot },
    { environment: 'staging', serve: undefined, problem: { deployment: 'in staging' } },
  ]);
});
