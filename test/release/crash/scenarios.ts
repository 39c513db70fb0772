import { advanceRollout } from '../../../jobs/advance-rollout.ts';
import { perform } from '../model-based/perform.ts';
import type { Environment, Site } from '../model-based/site.ts';
import type { Step } from '../model-based/steps.ts';

/** What leads to a job that may die at any of its calls: the first that then waits. */
export interface Scenario {
  name: string;
  job: string;
  /** Its votes refuse it, before its ticket is read. */
  isRefused?: true;
  prepare(site: Site): Promise<void>;
}

async function all(site: Site, steps: readonly Step[]): Promise<void> {
  for (const step of steps) await perform(site, step);
}

const deliver = (version: number, where: Environment = 'production'): Step => ({
  ...{ do: 'deliver', version, in: where },
});
/** Requested and approved, nothing else. */
const approved = (version: number, where: Environment): Step[] => [
  { do: 'promote', who: 'dev', version, in: where },
  { do: 'work all' },
  { do: 'approve', who: 'lead', in: where },
  { do: 'approve', who: 'rev', in: where },
];
const look = (isBad = false): Step => ({ do: 'look', in: 'production', isBad, minutes: 2 });
const work: Step = { do: 'work all' };
const say = (what: 'rollback' | 'abort'): Step => ({ do: what, who: 'ops', in: 'production' });
/** Through both of its steps. */
const rolledOut: Step[] = [look(), work, look(), work];

/** Steps, of which the last queues the job. */
const scenario = (name: string, job: string, ...steps: Step[]): Scenario => ({
  ...{ name, job, prepare: (site: Site) => all(site, steps) },
});

export const SCENARIOS: readonly Scenario[] = [
  scenario('the first version goes live', 'deploy', ...approved(1, 'production')),
  scenario(
    'a version goes live at once',
    'deploy',
    deliver(1, 'staging'),
    ...approved(2, 'staging'),
  ),
  scenario('a rollout begins', 'deploy', deliver(1), ...approved(2, 'production')),
  scenario('a rollout goes on to its next step', 'advance-rollout', deliver(1), deliver(2), look()),
  {
    name: 'a rollout pauses and asks',
    job: 'advance-rollout',
    async prepare(site) {
      await all(site, [deliver(1), deliver(2), { do: 'later', minutes: 2 }]);
      const endpoint = site.endpointOf('production');
      const { rollout } = await site.endpoints.get(endpoint);
      const { deployment = '' } = rollout ?? {};
      await site.enqueue(advanceRollout, { ...endpoint, deployment });
    },
  },
  scenario('a rollout fails', 'advance-rollout', deliver(1), deliver(2), look(true)),
  scenario('a rollout has passed', 'advance-rollout', deliver(1), deliver(2), look(), work, look()),
  {
    name: 'a rollout ends with the switch',
    job: 'deploy',
    async prepare(site) {
      await all(site, [deliver(1), deliver(2), look(), work, look()]);
      await site.work();
    },
  },
  scenario('a rollout is aborted', 'end-rollout', deliver(1), deliver(2), say('abort')),
  scenario('a rollback during a rollout', 'end-rollout', deliver(1), deliver(2), say('rollback')),
  scenario('a rollback', 'roll-back', deliver(1), deliver(2), ...rolledOut, say('rollback')),
  {
    name: 'a rollback to a version, which overtakes a rollout',
    job: 'roll-back',
    async prepare(site) {
      await all(site, [deliver(1), deliver(2), ...rolledOut, deliver(3)]);
      await site.invoke('ops', 'rollback flights --to v1 --in production --reason "why not"');
    },
  },
  {
    isRefused: true,
    ...scenario(
      'a version whose votes no longer count',
      'deploy',
      ...[deliver(1), ...approved(2, 'production')],
      { do: 'role', who: 'lead', isLost: true },
    ),
  },
];
