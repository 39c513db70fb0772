import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { considerRetraining } from '../../jobs/consider-retraining.ts';
import { pipelineSteps } from '../../jobs/declared/index.ts';
import { evaluate } from '../../jobs/evaluate.ts';
import { followPipeline } from '../../jobs/follow-pipeline.ts';
import { jobs as all } from '../../jobs/index.ts';
import { pipelinePromote } from '../../jobs/pipeline-promote.ts';
import { withinLimit } from '../../jobs/steps/time-limit.ts';
import { train } from '../../jobs/train.ts';
import type { Job } from '../../src/core/job.ts';
import { usualPipeline } from '../../src/core/pipeline-spec.ts';
import type { RetrainPolicy } from '../../src/core/retrain-policy.ts';
import { ARRIVAL } from '../../src/wiring/samples/data.ts';
import { everyWrite } from '../sweep.ts';
import { dieAt, type Harness, openHarness } from './harness.ts';

const POLICY: RetrainPolicy = {
  ...{ owner: 'dev', to: 'production', budget: { trainings: 3 } },
  triggers: [{ on: 'data', rows: 1000, coolDownMs: 3_600_000, minGain: 0.001, result: 'propose' }],
};
const endpoint = { model: 'flights', environment: 'production' };

let harness: Harness;
beforeAll(async () => {
  // The programs copy the same rows whatever the window; without this, each training would be recognized as a repeat.
  const pipeline = { ...usualPipeline('production'), reuse: false };
  harness = await openHarness({ retrain: POLICY, pipeline });
  const first = await harness.newRun({ parameters: { quality: 'weak' } });
  for (const job of [train, evaluate]) await harness.perform(job, { run: first.id });
});
afterAll(() => harness.end());

/** Months arrive one after another; the programs copy the same rows whatever the window. */
async function arrive(id: string, to: string): Promise<void> {
  harness.clock.forward(60);
  const at = harness.clock.now();
  const times = { from: new Date('2001-01-01'), to: new Date(to) };
  await harness.arrivals.add({
    ...{ ...ARRIVAL, id, sha256: id, name: `${id}.parquet`, rows: 1000, times, checks: [] },
    ...{ status: 'accepted', at, acceptedAt: at },
  });
}
const consider = () => harness.perform(considerRetraining, { model: 'flights' });
const done = async () => (await harness.retrainings.get('flights')).trainings;
const newest = async () => (await done()).at(-1);
const jobs = () => harness.queued.splice(0);

/** Runs all queued jobs, and those that they queue. */
async function work(): Promise<void> {
  const known = new Map<string, Job>(
    all.filter(({ name }) => name.startsWith('pipeline-')).map((job) => [job.name, job]),
  );
  for (let queued = jobs(); queued.length > 0; queued = jobs())
    for (const { name, payload } of queued) {
      const job = known.get(name);
      if (job) expect(await harness.perform(job, payload)).toBeUndefined();
    }
}

describe('retraining by policy', () => {
  it('does nothing below its threshold', async () => {
    jobs();
    await consider();
    expect(await done()).toEqual([]);
    expect(jobs()).toEqual([]);
  });

  it('trains once, however often it dies, behind the work of people', async () => {
    await arrive('arrival-one', '2001-03-01');
    for (const at of everyWrite())
      if (!(await dieAt(harness, considerRetraining, { model: 'flights' }, at))) break;
    await consider();
    const trainings = await done();
    expect(trainings).toHaveLength(1);
    const { id, ...pipeline } = await harness.pipelines.get(trainings[0]?.pipeline ?? '');
    expect(pipeline).toMatchObject({
      ...{ requestedBy: 'dev', parameters: { quality: 'strong' }, to: 'production' },
      ...{ automation: 'the retraining policy of flights', minGain: 0.001 },
      trigger: { on: 'data', figure: 1000, threshold: 1000, since: 1 },
      window: { to: new Date('2001-02-15') },
    });
    const card = await harness.shown(`pipeline:${id}`);
    expect(card?.facts).toContainEqual({
      label: 'Started by',
      value: 'the policy: 1,000 new rows since v1 (threshold 1,000)',
    });
    for (const { payload } of harness.queued) {
      expect(payload).toEqual({ pipeline: id, attempt: 1, automatic: true });
      expect(pipelineSteps.train.isUrgent?.({ pipeline: id, attempt: 1, automatic: true })).toBe(
        false,
      );
    }
    const events = await harness.audit.list({ subject: id });
    expect(events.map(({ action }) => action)).toEqual(['pipeline.start', 'retraining.start']);
  });

  it('proposes what it trained in the name of its owner, and approves nothing', async () => {
    harness.queued.splice(6);
    await work();
    const { pipeline = '', outcome } = (await newest()) ?? {};
    expect(outcome).toMatchObject({ kind: 'proposed', version: 2 });
    const [approval] = await harness.approvals.list({ model: 'flights' });
    expect(approval).toMatchObject({
      ...{ version: 2, status: 'checking', requestedBy: 'dev', votes: [] },
      automation: 'the retraining policy of flights',
    });
    expect((await harness.told(`pipeline:${pipeline}`, 'concluded'))?.title).toBe(
      'The policy requested the promotion of flights v2 to production',
    );
    // Repeated, it neither proposes nor trains again.
    await harness.perform(pipelinePromote, { pipeline, attempt: 1 });
    await consider();
    expect(await harness.approvals.list({ model: 'flights' })).toHaveLength(1);
    expect(await done()).toHaveLength(1);
  });

  it('does not propose what gains too little', async () => {
    const { artifact } = await harness.versions.resolve('flights', '2');
    await harness.deployments.deploy({
      ...{ ...endpoint, id: 'deployment-2', version: 2, artifact: artifact.sha256 },
      ...{ by: 'lead', reason: 'first', approval: 'approval-2' },
    });
    await arrive('arrival-two', '2001-04-01');
    await consider();
    expect(jobs()).toEqual([]); // it is cooling down
    harness.clock.forward(3600);
    await consider();
    await work();
    const { pipeline = '', outcome } = (await newest()) ?? {};
    expect(outcome).toMatchObject({ kind: 'too little gain', version: 3, champion: 2, gain: 0 });
    expect(await harness.told(`pipeline:${pipeline}`, 'concluded')).toMatchObject({
      title: 'The policy does not propose flights v3: it gains too little',
      actions: [{ command: 'promote', argument: 'flights 3 --to production' }],
    });
    expect(await harness.approvals.list({ model: 'flights' })).toHaveLength(1);
  });

  it('waits while automation is on hold, says so once, and goes on when it is resumed', async () => {
    await arrive('arrival-three', '2001-05-01');
    harness.clock.forward(3600);
    const hold = { since: harness.clock.now(), by: 'dev', why: 'v2 was rolled back' };
    await harness.endpoints.change(endpoint, () => ({ hold }));
    for (const _ of [1, 2]) await consider();
    expect(await done()).toHaveLength(2);
    const held = (await harness.outbox.undelivered(['web'])).filter((one) =>
      one.startsWith('retraining:'),
    );
    expect(held).toHaveLength(1);
    expect((await harness.shown(held[0] ?? 'none:none'))?.title).toBe(
      'A training of flights waits: automation of flights in production is on hold: v2 was rolled back',
    );
    await harness.endpoints.change(endpoint, () => ({ hold: null }));
    await consider();
    expect(await done()).toHaveLength(3);
  });

  it('keeps a proposal that is held in the meantime', async () => {
    const hold = { since: harness.clock.now(), by: 'dev', why: 'later' };
    await harness.endpoints.change(endpoint, () => ({ hold }));
    await work();
    const { pipeline = '' } = (await newest()) ?? {};
    expect(await newest()).not.toHaveProperty('outcome');
    await harness.perform(followPipeline, { pipeline });
    expect((await harness.shown(`pipeline:${pipeline}`))?.title).toBe(
      'The pipeline of flights waits: automation of flights in production is on hold: later',
    );
    expect(jobs()).toEqual([]);
    await harness.endpoints.change(endpoint, () => ({ hold: null }));
    await harness.perform(followPipeline, { pipeline });
    await work();
    expect((await newest())?.outcome).toMatchObject({ kind: 'too little gain', version: 4 });
  });

  it('spends no more than its budget', async () => {
    await arrive('arrival-four', '2001-06-01');
    harness.clock.forward(7200);
    await consider();
    expect(await done()).toHaveLength(3);
    harness.clock.forward(7 * 86_400);
    await consider();
    expect((await done()).map(({ trigger }) => trigger.spent.trainings)).toEqual([0, 1, 2, 0]);
  });

  it('stops a training that uses more minutes than the budget had left', async () => {
    const trigger = (await newest())?.trigger;
    if (!trigger) throw new Error('nothing was trained');
    const { id } = await harness.runs.create({
      ...{ id: 'run-limited', kind: 'train', model: 'flights', versions: [], requestedBy: 'dev' },
      ...{ window: harness.spec.training.window, parameters: { quality: 'slow' } },
      trigger: {
        ...{ ...trigger, budget: { trainings: 3, minutes: 10 } },
        spent: { trainings: 1, minutes: 10 - 1 / 60 },
      },
    });
    await harness.perform(train, { run: id });
    const run = await harness.runs.get(id);
    expect(run).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(
        /^It was stopped after 1 s: the policy's budget of 10 minutes in seven days had no more left\./,
      ),
    });
    expect((await harness.shown(`run:${id}`))?.facts).toContainEqual({
      label: 'Time limit',
      value: "1 s, which the policy's budget had left",
    });
    // A worker that takes over after a crash has nothing left to do.
    harness.clock.forward(60);
    const again = { ...run, status: 'running' as const, startedAt: run.startedAt ?? new Date(0) };
    await expect(
      withinLimit(again, harness, new AbortController().signal, async () => 'done'),
    ).rejects.toThrow('It was stopped after 1 s');
  });
});
