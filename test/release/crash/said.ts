import { pipelineFrom } from '../../../jobs/steps/pipeline/restart.ts';
import { usualPipeline } from '../../../src/core/pipeline-spec.ts';
import { ARRIVAL } from '../../../src/wiring/samples/data.ts';
import type { Account } from '../model-based/people.ts';
import { perform } from '../model-based/perform.ts';
import type { Site } from '../model-based/site.ts';
import type { Step } from '../model-based/steps.ts';

/** A command whose process may die at any of its calls, and what exists before it. */
export interface Saying {
  line: string;
  who: Account;
  /** The events that it records, and no others. */
  records: readonly string[];
  /** It first stores something that is no change by itself. */
  prepares?: true;
  /** Approvals count only once they are confirmed. */
  confirms?: boolean;
  /** Returns the replacement for CODE in the line, if it has one. */
  prepare(site: Site): Promise<string | undefined>;
}

const inProduction = (version: number): Step => ({ do: 'deliver', version, in: 'production' });
const opened: Step[] = [
  { do: 'promote', who: 'dev', version: 1, in: 'production' },
  { do: 'work all' },
];
const steps =
  (...all: Step[]) =>
  async (site: Site): Promise<undefined> => {
    for (const step of all) await perform(site, step);
  };
/** Stands for the ID of the open request. */
export const REQUEST = 'REQUEST';
export const CODE = 'CODE';

const approved: Step = { do: 'approve', who: 'lead', in: 'production' };
const held: Step = { do: 'hold', who: 'ops', in: 'production' };
const paused: Step = { do: 'pause', who: 'ops', in: 'production' };

async function alert({ alerts, clock }: Site): Promise<undefined> {
  const now = clock.now();
  await alerts.raise({
    ...{ id: 'alert-one', model: 'flights', environment: 'production', monitor: 'drift' },
    ...({ kind: 'drift', version: 1, severity: 'alert', grade: 'inform' } as const),
    window: { from: new Date(now.getTime() - 3_600_000), to: now },
    ...{ signals: [], sizes: [], evidence: {}, pictures: [] },
  });
}

async function arrival({ arrivals }: Site): Promise<undefined> {
  await arrivals.add({ ...ARRIVAL, id: 'arrival-a' });
}

/** The code of the button in the direct message. */
async function askedToConfirm(site: Site): Promise<string> {
  await steps(...opened, approved)(site);
  const rows = (await site.connect()).collection('subjects');
  const asked = JSON.stringify(await rows.find({}).toArray());
  return /--code (\w+)/.exec(asked)?.[1] ?? 'none';
}

async function codeOf(site: Site, who: Account): Promise<string> {
  const { card } = await site.invoke(who, 'link');
  return /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(card.title)?.[0] ?? 'none';
}

async function failedPipeline({ pipelines, spec, people, clock }: Site): Promise<undefined> {
  const by = people.byId('dev');
  if (!by) throw new Error('nobody is called dev');
  const from = { platform: 'web', channel: 'flights' };
  const asked = { id: 'one', by, from };
  const declared = usualPipeline('production');
  await pipelines.create(pipelineFrom('pipeline-one', spec, declared, spec.training.window, asked));
  await pipelines.change('pipeline-one', () => ({ end: { kind: 'failed', at: clock.now() } }));
}

export const SAYINGS: readonly Saying[] = [
  {
    ...{ line: 'pause flights --in production --reason "too quiet"', who: 'ops' },
    ...{ records: ['rollout.pause'], prepare: steps(inProduction(1), inProduction(2)) },
  },
  {
    ...{ line: 'resume flights --in production', who: 'ops' },
    records: ['rollout.resume', 'endpoint.resume'],
    prepare: steps(inProduction(1), inProduction(2), paused, held),
  },
  {
    ...{ line: 'hold flights --in production --reason "new data"', who: 'ops' },
    ...{ records: ['endpoint.hold'], prepare: steps(inProduction(3)) },
  },
  {
    ...{ line: 'unlock flights --in production', who: 'ops', records: ['endpoint.unlock'] },
    async prepare({ endpoints, endpointOf, clock }) {
      const since = clock.now();
      const lock = { by: 'dev', why: 'promoting v2', change: 'approval-1', since };
      const until = new Date(since.getTime() + 60_000);
      await endpoints.change(endpointOf('production'), () => ({ lock: { ...lock, until } }));
    },
  },
  {
    line: 'oncall flights --in production --to lead --until "2026-03-02 09:00"',
    ...{ who: 'ops', records: ['oncall.handover'], prepare: steps(inProduction(1)) },
  },
  {
    ...{ line: 'freeze production "Black Friday"', who: 'lead', records: ['freeze.begin'] },
    prepare: steps(inProduction(1)),
  },
  {
    ...{ line: 'unfreeze production', who: 'lead', records: ['freeze.end'] },
    prepare: steps({ do: 'freeze', who: 'lead', in: 'production' }),
  },
  {
    ...{ line: 'undeploy flights --in production --reason "nonsense"', who: 'ops' },
    ...{ records: ['deployment.undeploy'], prepares: true, prepare: steps(inProduction(1)) },
  },
  {
    ...{ line: `approve ${REQUEST}`, who: 'lead', records: ['approval.approve'] },
    prepare: steps(...opened),
  },
  {
    ...{ line: `reject ${REQUEST} --reason "no"`, who: 'lead' },
    ...{ records: ['approval.reject', 'approval.rejected'], prepare: steps(...opened) },
  },
  {
    ...{ line: `withdraw ${REQUEST}`, who: 'lead', records: ['approval.withdrawn'] },
    prepare: steps(...opened, approved),
  },
  {
    ...{ line: `reason ${REQUEST} "it looks right"`, who: 'lead', records: ['approval.reason'] },
    prepare: steps(...opened, approved),
  },
  {
    ...{ line: 'cancel run-one', who: 'dev', records: ['run.cancel'], prepares: true },
    async prepare({ runs, spec }) {
      const draft = { kind: 'train', model: 'flights', requestedBy: 'dev' } as const;
      const { window } = spec.training;
      await runs.create({ id: 'run-one', ...draft, versions: [], parameters: {}, window });
    },
  },
  {
    ...{ line: 'pipeline flights --restart check', who: 'dev', records: ['pipeline.restart'] },
    prepare: failedPipeline,
  },
  {
    ...{ line: 'acknowledge alert-one', who: 'dev', records: ['alert.acknowledge'] },
    prepare: alert,
  },
  { ...{ line: 'snooze alert-one 1h', who: 'dev', records: ['alert.snooze'] }, prepare: alert },
  {
    ...{ line: 'snooze alert-one off', who: 'dev', records: ['alert.snooze'] },
    async prepare(site) {
      await alert(site);
      await site.invoke('dev', 'snooze alert-one 1h');
    },
  },
  {
    ...{ line: 'admit arrival-a --reason "known"', who: 'dev', records: ['data.admitted'] },
    prepare: arrival,
  },
  {
    ...{ line: 'discard arrival-a --reason "broken"', who: 'dev' },
    ...{ records: ['data.discarded'], prepare: arrival },
  },
  {
    ...{ line: `confirm ${REQUEST} --code ${CODE}`, who: 'lead', confirms: true },
    ...{ records: ['approval.confirmed'], prepare: askedToConfirm },
  },
  {
    ...{ line: 'subscribe flights alerts,deployments --here', who: 'dev', prepares: true },
    ...{ records: ['subscription.add'], prepare: steps(inProduction(1)) },
  },
  {
    ...{ line: 'unsubscribe flights --here', who: 'dev', records: ['subscription.remove'] },
    prepare: async (site) =>
      void (await site.invoke('dev', 'subscribe flights alerts,deployments --here')),
  },
  {
    ...{ line: `link ${CODE}`, who: 'guest', records: ['account.linked'] },
    prepare: (site) => codeOf(site, 'lead'),
  },
  {
    ...{ line: 'link --remove', who: 'guest', records: ['account.unlinked'] },
    prepare: steps({ do: 'link', to: 'lead' }),
  },
];
