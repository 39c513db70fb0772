import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deploy } from '../../jobs/deploy.ts';
import { followPipeline } from '../../jobs/follow-pipeline.ts';
import { jobs as all } from '../../jobs/index.ts';
import { pipelinePrepare } from '../../jobs/pipeline-prepare.ts';
import { pipelineTrain } from '../../jobs/pipeline-train.ts';
import { requestPromotion } from '../../jobs/request-promotion.ts';
import { pipelineFrom, restartPipeline } from '../../jobs/steps/pipeline/restart.ts';
import { startPipeline } from '../../jobs/steps/pipeline/start.ts';
import type { Job } from '../../src/core/job.ts';
import { runOfPipeline } from '../../src/core/pipeline.ts';
import { inLine, type StepSpec, usualPipeline } from '../../src/core/pipeline-spec.ts';
import { everyWrite } from '../sweep.ts';
import { dieAt, type Harness, openHarness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
});
afterAll(() => harness.end());

const steps = new Map<string, Job>(
  all.filter(({ name }) => name.startsWith('pipeline-')).map((job) => [job.name, job]),
);
const asker = () => {
  const by = harness.people.byId('dev');
  if (!by) throw new Error('nobody is called dev');
  return { id: 'one', by, from: { platform: 'web', channel: 'flights' } };
};

/** Starts one, and leaves its jobs queued. */
async function start(
  id: string,
  parameters = {},
  only?: readonly string[] | readonly StepSpec[],
  more: { automation?: string } = {},
) {
  harness.queued.splice(0);
  const declared = usualPipeline('production');
  const draft = pipelineFrom(
    id,
    harness.spec,
    { ...declared, ...(only && { steps: stepsOf(only) }) },
    harness.spec.training.window,
    asker(),
  );
  const all = { ...draft, ...more, parameters: { ...draft.parameters, ...parameters } };
  return startPipeline(all, harness.spec, 'web', harness);
}

const stepsOf = (only: readonly (string | StepSpec)[]): StepSpec[] => {
  const names = only.filter((one) => typeof one === 'string');
  return names.length > 0 ? inLine(names) : only.filter((one) => typeof one !== 'string');
};

/** Includes what is queued meanwhile. */
async function workAll(): Promise<void> {
  for (let rounds = 0; harness.queued.length > 0 && rounds < 20; rounds += 1) await work();
}

/** As a BullMQ flow: in order, and nothing after a job that failed. */
async function work(): Promise<void> {
  for (const { name, payload } of harness.queued.splice(0)) {
    const job = steps.get(name);
    if (job && (await harness.perform(job, payload))) return;
  }
}
/** Does one step, as a worker that takes its job. */
async function perform(step: string, pipeline: string): Promise<void> {
  const isOwn = !steps.has(`pipeline-${step}`);
  const job = steps.get(isOwn ? 'pipeline-program' : `pipeline-${step}`);
  if (!job) throw new Error(`there is no job for ${step}`);
  await harness.perform(job, { pipeline, attempt: 1, ...(isOwn && { step }) });
}
const follow = (pipeline: string) => harness.perform(followPipeline, { pipeline });
const shown = async (id: string) => {
  const card = await harness.shown(`pipeline:${id}`);
  return [
    card?.title,
    ...(card?.plan?.steps ?? []).map(({ title, status }) => `${status} ${title}`),
  ];
};
const now = (id: string) => harness.pipelines.get(id);
const statuses = async (id: string) => (await now(id)).steps.map(({ status }) => status);

describe('a pipeline', () => {
  it('goes from the data to the rollout, in one message, and people approve', async () => {
    await start('pipeline-one');
    expect(harness.queued.map(({ name }) => name)).toEqual([
      ...['pipeline-check', 'pipeline-prepare', 'pipeline-train'],
      ...['pipeline-evaluate', 'pipeline-compare', 'pipeline-promote'],
    ]);
    await work();
    const { approval = '' } = (await now('pipeline-one')).made;
    await harness.perform(requestPromotion, { approval });
    await follow('pipeline-one');
    expect(await shown('pipeline-one')).toEqual([
      `The pipeline of flights waits: ${approval} needs 1 approval`,
      'done Check the data: no new data',
      expect.stringMatching(/^done Prepare the data: 744 rows, 1 Jan 2001 to 31 Jan 2001/),
      expect.stringMatching(/^done Train: v1/),
      expect.stringMatching(/^done Evaluate/),
      expect.stringMatching(/^done Compare with what is live: nothing to compare with/),
      `running Request the promotion: ${approval} needs 1 approval.`,
      'pending Roll out',
    ]);
    const { id } = await harness.runs.get((await harness.versions.resolve('flights', '1')).run);
    expect(await harness.runs.get(id)).toMatchObject({
      status: 'succeeded',
      version: 1,
      pipeline: 'pipeline-one',
    });
    await harness.vote(approval, 'lead');
    await harness.approvals.decide(await harness.approvals.get(approval), 'approved', 'enough');
    await follow('pipeline-one');
    expect((await statuses('pipeline-one')).slice(-2)).toEqual(['done', 'running']);
    await harness.perform(deploy, { approval });
    await follow('pipeline-one');
    expect((await shown('pipeline-one'))[0]).toBe(
      'The pipeline of flights is done: v1 is live in production',
    );
    const events = await harness.audit.list({ subject: 'pipeline-one' });
    expect(events.map(({ action }) => action)).toEqual(['pipeline.end', 'pipeline.start']);
  });

  it('runs nothing again whose inputs did not change, and says so', async () => {
    const before = await harness.versions.list('flights');
    await start('pipeline-two');
    await work();
    expect(await harness.versions.list('flights')).toEqual(before);
    expect(await shown('pipeline-two')).toEqual([
      'The pipeline of flights does not propose flights v1',
      'done Check the data: no new data',
      // No source is declared, so what the dataset program reads is unknown.
      expect.stringMatching(
        /^done Prepare the data: 744 rows, 1 Jan 2001 to 31 Jan 2001(, in .*)?$/,
      ),
      'done Train: v1, not run again: pipeline-one has the same inputs',
      'done Evaluate: not run again: flights@1 has the same inputs',
      'done Compare with what is live: nothing to compare with',
      expect.stringMatching(/^done Request the promotion/),
      'pending Roll out: not done',
    ]);
  });

  it('follows the request that waits for the same version already', async () => {
    const ids = ['pipeline-asks', 'pipeline-follows'] as const;
    for (const id of ids) {
      await start(id, { quality: 'weak' });
      await work();
    }
    const [first, second] = await Promise.all(ids.map(now));
    const { approval = '' } = first?.made ?? {};
    expect(second?.made).toMatchObject({ approval, version: first?.made.version });
    expect(second?.end).toBeUndefined();
    await harness.approvals.supersede(approval, 'A newer request replaced it.');
    for (const id of ids) {
      await follow(id);
      expect((await now(id)).end).toMatchObject({ kind: 'failed' });
    }
  });

  it('ends with a step that failed, and is restarted from there', async () => {
    await start('pipeline-three', { quality: 'broken' }, ['prepare', 'train', 'evaluate']);
    await work();
    expect(await statuses('pipeline-three')).toEqual(['done', 'failed', 'skipped']);
    const card = await harness.shown('pipeline:pipeline-three');
    expect(card).toMatchObject({
      title: 'The pipeline of flights failed: Train',
      actions: [
        { command: 'pipeline', argument: 'flights --restart train --id pipeline-three' },
        { command: 'logs' },
      ],
    });
    expect((await harness.runs.get(runOfPipeline('pipeline-three', 1))).status).toBe('failed');
    const failed = await now('pipeline-three');
    await expect(restartPipeline(failed, 'evaluate', harness, asker())).rejects.toThrow(
      'not come as far',
    );
    await expect(restartPipeline(failed, 'promote', harness, asker())).rejects.toThrow(
      'has no step',
    );
    const again = await restartPipeline(failed, 'train', harness, asker());
    expect(again).toMatchObject({ attempt: 2, restarted: { from: 'train', by: 'dev' } });
    // Pressed twice, it restarts once.
    await expect(restartPipeline(failed, 'train', harness, asker())).rejects.toThrow(
      'has not ended',
    );
    await work();
    expect(await statuses('pipeline-three')).toEqual(['done', 'failed', 'skipped']);
    expect((await now('pipeline-three')).steps[0]?.startedAt).toEqual(failed.steps[0]?.startedAt);
  });

  it('does the branches of a graph, and what comes after both once both are done', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-branch-'));
    const told = join(folder, 'told.json');
    const flag = join(folder, 'flag');
    const script = `const { readFileSync, writeFileSync, existsSync } = require('node:fs');
      writeFileSync(${JSON.stringify(told)}, readFileSync(process.env.WHEELHOUSE_REQUEST));
      if (!existsSync(${JSON.stringify(flag)})) { console.error('unfair to short flights'); process.exit(3); }`;
    const program = { run: [process.execPath, '-e', script] as const, timeoutMinutes: 1 };
    const steps = [
      ...inLine(['prepare', 'train', 'evaluate']),
      { name: 'fair', after: ['train'], program },
      { name: 'promote', after: ['evaluate', 'fair'] },
    ];
    await start('pipeline-graph', { quality: 'weak' }, steps);
    // Steps that follow are queued when the step before them is done.
    expect(harness.queued.map(({ name }) => name)).toEqual([
      ...['pipeline-prepare', 'pipeline-train', 'pipeline-evaluate'],
    ]);
    // As if a comparison in another branch were done before the program begins.
    const gain = { gain: 0.1, champion: 1, metric: 'auc' };
    await harness.pipelines.change('pipeline-graph', ({ made }) => ({ made: { ...made, gain } }));
    await workAll();
    expect(await now('pipeline-graph')).toMatchObject({ end: { kind: 'failed' } });
    expect((await shown('pipeline-graph')).slice(-2)).toEqual([
      expect.stringMatching(/^failed fair: .*unfair to short flights.* \(after Train\)$/s),
      'pending Request the promotion: not done (after Evaluate and fair)',
    ]);
    const { version } = (await now('pipeline-graph')).made;
    const request: unknown = JSON.parse(await readFile(told, 'utf8'));
    expect(request).toMatchObject({ version, environment: 'production' });
    // What it is told does not depend on which branch was faster.
    expect(request).not.toHaveProperty('gain');
    await writeFile(flag, '');
    await restartPipeline(await now('pipeline-graph'), 'fair', harness, asker());
    await workAll();
    const after = await now('pipeline-graph');
    expect(after.steps.map(({ status }) => status)).toEqual([
      ...['done', 'done', 'done', 'done', expect.stringMatching(/done|waiting/)],
    ]);
    expect(after.made.version).toBe(version);
    await rm(folder, { recursive: true, force: true });
  });

  it('finishes the branches that do not come after what failed, and does only the rest again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-branch-'));
    const flag = join(folder, 'flag');
    const script = `if (!require('node:fs').existsSync(${JSON.stringify(flag)})) process.exit(3)`;
    const program = { run: [process.execPath, '-e', script] as const, timeoutMinutes: 1 };
    const id = 'pipeline-branches';
    await start(id, { quality: 'weak' }, [
      ...inLine(['prepare', 'train', 'evaluate']),
      { name: 'fair', after: ['train'], program },
      { name: 'publish', after: ['fair'], program },
      { name: 'compare', after: ['evaluate'] },
    ]);
    for (const step of ['prepare', 'train', 'fair', 'publish']) await perform(step, id);
    const during = await now(id);
    expect(during.end).toBeUndefined();
    expect(during.steps.map(({ status }) => status)).toEqual([
      ...['done', 'done', 'pending', 'failed', 'skipped', 'pending'],
    ]);
    expect(await harness.shown(`pipeline:${id}`)).toMatchObject({
      ...{ title: 'The pipeline of flights is at: Evaluate', tone: 'warning' },
      text: 'fair failed. What does not come after it goes on.',
    });
    // A worker that died is replaced: what failed is not queued again with the rest.
    harness.queued.splice(0);
    harness.clock.forward(61);
    await follow(id);
    expect(harness.queued.map(({ name }) => name)).toEqual([
      ...['pipeline-evaluate', 'pipeline-compare'],
    ]);
    await workAll();
    const failed = await now(id);
    expect(failed.end).toMatchObject({ kind: 'failed' });
    expect(await statuses(id)).toEqual(['done', 'done', 'done', 'failed', 'skipped', 'done']);
    expect((await shown(id))[0]).toBe('The pipeline of flights failed: fair');
    expect((await harness.runs.get(runOfPipeline(id, 1))).status).toBe('succeeded');
    await writeFile(flag, '');
    await restartPipeline(failed, 'fair', harness, asker());
    expect(await statuses(id)).toEqual(['done', 'done', 'done', 'pending', 'pending', 'done']);
    await workAll();
    const after = await now(id);
    expect(after).toMatchObject({ end: { kind: 'done' }, made: failed.made });
    for (const at of [0, 1, 2, 5]) expect(after.steps[at]).toEqual(failed.steps[at]);
    await rm(folder, { recursive: true, force: true });
  });

  it('ends its run if a step fails before it has begun to train', async () => {
    const program = {
      run: [process.execPath, '-e', 'process.exit(3)'] as const,
      timeoutMinutes: 1,
    };
    const id = 'pipeline-unchecked';
    await start(id, {}, [
      ...inLine(['prepare']),
      { name: 'plausible', after: ['prepare'], program },
      { name: 'train', after: ['plausible'] },
    ]);
    await workAll();
    expect(await statuses(id)).toEqual(['done', 'failed', 'skipped']);
    const run = await harness.runs.get(runOfPipeline(id, 1));
    expect(run).toMatchObject({ status: 'failed', error: (await now(id)).steps[1]?.why });
  });

  it('ends all branches when its run is cancelled', async () => {
    const program = { run: [process.execPath, '-e', ''] as const, timeoutMinutes: 1 };
    const id = 'pipeline-cancelled';
    await start(id, { quality: 'slow' }, [
      ...inLine(['prepare', 'train']),
      { name: 'fair', after: ['prepare'], program },
      { name: 'publish', after: ['fair'], program },
    ]);
    await perform('prepare', id);
    const run = runOfPipeline(id, 1);
    await harness.runs.requestCancel(run, 'lead');
    await harness.runs.finish(run, { status: 'cancelled' });
    await perform('train', id);
    expect(await statuses(id)).toEqual(['done', 'failed', 'skipped', 'skipped']);
    expect((await now(id)).end).toMatchObject({ kind: 'failed' });
    for (const step of ['fair', 'publish']) await perform(step, id);
    expect(await statuses(id)).toEqual(['done', 'failed', 'skipped', 'skipped']);
  });

  it('ends when its run is cancelled', async () => {
    await start('pipeline-four', { quality: 'slow' }, ['prepare', 'train']);
    const [prepare, train] = harness.queued.splice(0);
    await harness.perform(pipelinePrepare, prepare?.payload);
    const run = runOfPipeline('pipeline-four', 1);
    await harness.runs.requestCancel(run, 'lead');
    await harness.runs.finish(run, { status: 'cancelled' });
    await harness.perform(pipelineTrain, train?.payload);
    expect((await now('pipeline-four')).steps[1]).toMatchObject({
      status: 'failed',
      why: 'It was cancelled by lead.',
    });
  });

  it('ends once, with its state true, wherever its worker dies', async () => {
    for (const at of everyWrite()) {
      const id = `pipeline-crash-${at}`;
      await start(id, { quality: 'weak' }, ['check', 'prepare', 'train', 'evaluate']);
      let died = false;
      for (const { name, payload } of harness.queued.splice(0)) {
        const job = steps.get(name);
        if (!job) continue;
        if (!died) died = await dieAt(harness, job, payload, at);
        // Another worker takes over.
        await harness.perform(job, payload);
      }
      expect(await statuses(id)).toEqual(['done', 'done', 'done', 'done']);
      const events = await harness.audit.list({ subject: id });
      expect(events.map(({ action }) => action)).toEqual(['pipeline.end', 'pipeline.start']);
      if (!died) break;
    }
    // Trained once, however often it is queued.
    expect(await harness.versions.list('flights')).toHaveLength(2);
  });

  it('is queued again if the queue has lost it', async () => {
    const { id } = await start('pipeline-lost', {}, ['check', 'prepare']);
    harness.queued.splice(0);
    await follow(id);
    expect(harness.queued).toEqual([]);
    harness.clock.forward(61);
    await follow(id);
    expect(harness.queued.map(({ name }) => name)).toEqual(['pipeline-check', 'pipeline-prepare']);
    await work();
    expect((await now(id)).end).toMatchObject({ kind: 'done' });
  });

  it('is queued again in one branch while another one is held', async () => {
    const program = { run: [process.execPath, '-e', ''] as const, timeoutMinutes: 1 };
    const steps = [
      ...inLine(['prepare', 'train', 'evaluate']),
      { name: 'fair', after: ['train'], program },
      { name: 'promote', after: ['evaluate'] },
    ];
    const endpoint = { model: 'flights', environment: 'production' };
    const hold = { since: harness.clock.now(), by: 'dev', why: 'later' };
    await harness.endpoints.change(endpoint, () => ({ hold }));
    const { id } = await start('pipeline-held', {}, steps, { automation: 'the policy' });
    const held: Record<string, 'pending' | 'waiting'> = { fair: 'pending', promote: 'waiting' };
    await harness.pipelines.change(id, (seen) => ({
      steps: seen.steps.map((step) => ({ ...step, status: held[step.name] ?? 'done' })),
    }));
    harness.queued.splice(0);
    harness.clock.forward(61);
    await follow(id);
    expect(harness.queued).toMatchObject([{ name: 'pipeline-program', payload: { step: 'fair' } }]);
    await harness.endpoints.change(endpoint, () => ({ hold: null }));
  });
});
