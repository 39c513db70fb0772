import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, it } from 'vitest';
import { modelsOf } from '../../config/models.ts';
import { evaluate } from '../../jobs/evaluate.ts';
import { gatherEvidence } from '../../jobs/steps/evidence/index.ts';
import { tidy } from '../../jobs/tidy.ts';
import { train } from '../../jobs/train.ts';
import { HandedOver } from '../../src/core/engine.ts';
import type { Run } from '../../src/core/ports/runs.ts';
import { readEvaluatedRows } from '../../src/monitoring/estimate/evaluated-rows.ts';
import { readReference } from '../../src/monitoring/profile/reference.ts';
import { readReferenceWindows } from '../../src/monitoring/profile/reference-windows.ts';
import { GateSetting } from '../../src/release/gates/index.ts';
import { Handle } from '../../src/training/engines/process/files.ts';
import { everyWrite } from '../sweep.ts';
import { lives, until } from '../training/runner.ts';
import { dieAt, openHarness } from './harness.ts';

const harness = await openHarness();
afterAll(() => harness.end());
const { runs, versions, runFolders, audit } = harness;

async function writeScores(path: string, scores: readonly number[]): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const db = await instance.connect();
  const values = `unnest([${scores.join(', ')}]::DOUBLE[])`;
  await db.run(`COPY (SELECT ${values} AS score) TO '${path}' (FORMAT parquet)`);
  db.closeSync();
  instance.closeSync();
}

/** A worker that failed, with attempts left. */
const none = async () => undefined;

/** Of an ended run: no execution, no file but its log, once it was tidied up. */
async function nothingLeft({ id }: Run): Promise<void> {
  await harness.perform(tidy, { tick: id });
  expect((await runs.get(id)).execution?.endedAt).toBeInstanceOf(Date);
  expect(await readdir(join(harness.root, 'runs', id))).toEqual(['log.txt']);
}

async function trained(run: Run): Promise<void> {
  expect(await harness.perform(train, { run: run.id })).toBeUndefined();
  expect(await harness.perform(evaluate, { run: run.id })).toBeUndefined();
}

describe('jobs/train and jobs/evaluate', () => {
  it('compare the file with what the training program predicted itself, row by row', async () => {
    const own = await openHarness();
    const { signal } = new AbortController();
    try {
      const run = await own.newRun();
      const { path } = await own.datasets.prepare({
        ...{ spec: own.spec, run: run.id, window: run.window, signal },
      });
      const rows = await own.scorer.read(path, own.spec);
      const { sha256 } = await own.artifacts.putFile(join(own.spec.folder, 'strong.onnx'));
      const scored = await own.scorer.score(sha256, rows, own.spec, {
        ...{ name: 'strong', signal },
      });
      // Two of the rows, as if a preprocessing step were missing from the file.
      const score = Array.from(scored, (one, row) => (row === 7 || row === 70 ? one / 2 : one));
      const file = join(own.spec.folder, 'predictions.parquet');
      await writeScores(file, score);
      for (const job of [train, evaluate])
        expect(await own.perform(job, { run: run.id })).toBeUndefined();
      const version = await own.versions.resolve('flights', 'latest');
      expect(version.predictions).toMatchObject({ rows: score.length });
      const { agreement } = (await own.versions.evaluation(version.id)) ?? {};
      const largest = Math.max(...[7, 70].map((row) => (scored[row] ?? 0) / 2));
      expect(agreement).toMatchObject({ rows: score.length, largest: expect.closeTo(largest) });
      const card = await own.shown(`run:${run.id}`);
      expect(card?.text).toContain(`answers 2 of ${score.length} rows differently`);
      expect(card?.facts?.map(({ label }) => label)).toContain('Beside the trainer');

      const gates = async (gate: object) => {
        const id = `approval-${run.id}`;
        const spec = { ...own.spec, gates: [GateSetting.parse(gate)] };
        const draft = { model: 'flights', version: 1, environment: 'production', needed: 1 };
        const approval = await own.approvals.request({ id, ...draft, requestedBy: 'dev' });
        const needs = { ...own, models: modelsOf([spec]) };
        return (await gatherEvidence(approval, needs, signal)).gates.at(-1);
      };
      expect(await gates({ trainer_predictions: 0.0001 })).toMatchObject({
        ...{ passed: false, value: `2 of ${score.length} rows differ` },
        words: expect.stringContaining('by more than 0.0001'),
      });
      expect(await gates({ trainer_predictions: 1e-9, max_share: 0.01 })).toMatchObject({
        passed: true,
      });

      // For different rows, the run fails with one line and registers no version.
      await writeScores(file, score.slice(1));
      const odd = await own.newRun();
      await own.perform(train, { run: odd.id });
      expect((await own.runs.get(odd.id)).error).toMatch(/are \d+ for \d+ rows/);
      expect(await own.versions.ofRun(odd.id)).toBeUndefined();
    } finally {
      await own.end();
    }
  });

  it('create a version from a window, evaluated on the days after it', async () => {
    const slow = await openHarness({
      programs: { dataset: [process.execPath, 'dataset.mjs'], train: ['sh', 'train.sh'] },
    });
    try {
      const run = await slow.newRun();
      expect(await slow.perform(train, { run: run.id })).toBeUndefined();
      expect(slow.queued).toEqual([{ name: 'evaluate', payload: { run: run.id } }]);
      expect(await slow.runs.get(run.id)).toMatchObject({ status: 'running', attempts: 1 });
      expect(await slow.perform(evaluate, { run: run.id })).toBeUndefined();

      const version = await slow.versions.resolve('flights', 'latest');
      expect(version).toMatchObject({
        number: 1,
        run: run.id,
        dataset: { rows: 31 * 24, window: slow.spec.training.window },
        parameters: { quality: 'strong' },
        reported: { train_auc: 0.8 },
        code: { revision: 'unversioned', dirty: true },
        createdBy: 'dev',
      });
      const evaluation = await slow.versions.evaluation('flights@1');
      expect(evaluation?.dataset).toMatchObject({
        rows: 14 * 24,
        window: { from: new Date('2001-02-01'), to: new Date('2001-02-15') },
      });
      expect(evaluation?.metrics['auc']).toBeGreaterThan(0.7);
      expect(Object.keys(evaluation?.metrics ?? {})).not.toContain('rows');
      const reference = readReference(await slow.artifacts.read(evaluation?.reference ?? ''));
      expect(reference.features['distance']?.count).toBe(31 * 24);
      expect(reference.answers['score']?.count).toBe(14 * 24);
      const kept = readEvaluatedRows(await slow.artifacts.read(evaluation?.rows ?? ''));
      expect(Object.keys(kept.bins).toSorted()).toEqual(['carrier', 'distance', 'score']);
      expect(kept.labels).toHaveLength(14 * 24);
      const windows = readReferenceWindows(
        await slow.artifacts.read(evaluation?.windows ?? ''),
        { ...reference.features, ...reference.answers },
        { hours: 24, minRows: 24 },
      );
      const having = (column: string) => windows.filter(({ columns }) => columns[column]).length;
      expect(['distance', 'carrier', 'score'].map(having)).toEqual([31, 31, 14]);

      expect(await slow.runs.get(run.id)).toMatchObject({ status: 'succeeded', version: 1 });
      expect(await slow.shown(`run:${run.id}`)).toMatchObject({
        title: 'flights v1 is trained',
        tone: 'success',
        actions: ['production', 'staging'].map((environment) => ({
          ...{ label: `Request promotion to ${environment}`, command: 'promote' },
          argument: `flights 1 --to ${environment}`,
        })),
      });
      expect(await slow.runFolders.tail(run.id, 1)).toEqual(['training with strong']);
      expect(await readdir(join(slow.root, 'runs', run.id))).toEqual(['log.txt']);
      expect(await slow.audit.list({ subject: 'flights@1' })).toMatchObject([
        { action: 'version.register', by: 'dev' },
      ]);
    } finally {
      await slow.end();
    }
  });

  it('fail a run whose program fails, with its output, and keep its log', async () => {
    const run = await harness.newRun({ parameters: { quality: 'broken' } });
    await harness.perform(train, { run: run.id });
    expect(await runs.get(run.id)).toMatchObject({ status: 'failed' });
    const card = await harness.shown(`run:${run.id}`);
    expect(card).toMatchObject({ title: 'Training flights failed', tone: 'danger' });
    expect(card?.text).toContain('exit code 3');
    expect(card?.text).toContain('the data is odd');
    expect(await runFolders.tail(run.id, 1)).toEqual(['the data is odd']);
    expect(await versions.ofRun(run.id)).toBeUndefined();
    expect(await readdir(join(harness.root, 'runs', run.id))).toEqual(['log.txt']);
  });

  it('report in one line what a program left out', async () => {
    const run = await harness.newRun({ parameters: { quality: 'silent' } });
    await harness.perform(train, { run: run.id });
    expect((await harness.shown(`run:${run.id}`))?.text).toContain('reported no model');
  });

  it('refuse a model whose weights are in a second file, and say how to save one file', async () => {
    const run = await harness.newRun({ parameters: { quality: 'elsewhere' } });
    await harness.perform(train, { run: run.id });
    expect(await versions.ofRun(run.id)).toBeUndefined();
    expect(await runs.get(run.id)).toMatchObject({ status: 'failed' });
    const words =
      'The model is not one file: the tensor "w" has its values in "model.onnx.data". ' +
      'Save it as one: onnx.save_model(model, "model.onnx", save_as_external_data=False).';
    expect((await harness.shown(`run:${run.id}`))?.text).toBe(words);
    expect(await runFolders.tail(run.id, 1)).toEqual([words]);
  });

  it('pass on onnxruntime’s error, in the message and in the log', async () => {
    const run = await harness.newRun({ parameters: { quality: 'newer' } });
    await harness.perform(train, { run: run.id });
    await harness.perform(evaluate, { run: run.id });
    const words = /The file has IR version 99; onnxruntime here reads up to \d+\./;
    expect((await harness.shown(`run:${run.id}`))?.text).toMatch(words);
    expect((await runFolders.tail(run.id, 1))[0]).toMatch(words);
  });

  it('do not train on unusable rows', async () => {
    const odd = await openHarness({ features: { distance: 'number', carrier: 'number' } });
    try {
      const run = await odd.newRun();
      await odd.perform(train, { run: run.id });
      const words =
        '"carrier" is declared as a number, but is "AA" in 744 rows (100%, first row 1)';
      expect((await odd.shown(`run:${run.id}`))?.text).toContain(words);
      const log = (await odd.runFolders.tail(run.id, 50)).join('\n');
      expect(log).toContain(words);
      expect(log).not.toContain('training with');
    } finally {
      await odd.end();
    }
  });

  it('stop a cancelled training, and do not change its message', async () => {
    const run = await harness.newRun({ parameters: { quality: 'slow' } });
    const controller = new AbortController();
    const done = harness.perform(train, { run: run.id }, { signal: controller.signal });
    await until('the program runs', async () =>
      (await runFolders.tail(run.id, 5)).includes('started'),
    );
    await runs.requestCancel(run.id, 'lead');
    await runs.finish(run.id, { status: 'cancelled' });
    controller.abort(new Error('cancelled'));
    expect(String(await done)).toContain('cancelled');
    expect(await runs.get(run.id)).toMatchObject({ status: 'cancelled' });
    expect(await harness.shown(`run:${run.id}`)).toMatchObject({
      title: 'Training flights was cancelled by lead',
    });
    expect(await versions.ofRun(run.id)).toBeUndefined();
  });

  it('go on with a training whose worker ended, and count it as one attempt', async () => {
    const run = await harness.newRun({ parameters: { quality: 'steady' } });
    const controller = new AbortController();
    const { signal } = controller;
    const left = train.perform({ run: run.id }, harness.worldWith({}), signal).catch(String);
    await until('the program runs', async () =>
      (await runFolders.tail(run.id, 5)).includes('training with steady'),
    );
    controller.abort(new HandedOver('the worker ends'));
    expect(await left).toContain('the worker ends');
    const { execution } = await runs.get(run.id);
    await trained(run);
    const ended = await runs.get(run.id);
    expect(ended).toMatchObject({ status: 'succeeded', attempts: 1 });
    expect(ended.execution).toMatchObject({
      ...{ number: 1, handle: execution?.handle, engine: 'process' },
      use: { seconds: expect.any(Number), cpuSeconds: expect.any(Number) },
    });
    expect(await runFolders.tail(run.id, 9)).toEqual(['training with steady']);
    expect(await readdir(join(harness.root, 'runs', run.id))).toEqual(['log.txt']);
    const facts = (await harness.shown(`run:${run.id}`))?.facts;
    expect(facts).toContainEqual({ label: 'Engine', value: 'process' });
    expect(facts).toContainEqual({
      ...{ label: 'Training used', value: expect.stringContaining('CPU-seconds') },
    });
  });

  it('start a lost training again, under another name', async () => {
    const run = await harness.newRun({ parameters: { quality: 'steady' } });
    const lost = harness.perform(train, { run: run.id }, { runs: { ...runs, finish: none } });
    await until('the program runs', async () => {
      const { execution } = await runs.get(run.id);
      const handle = Handle.safeParse(execution?.handle);
      return handle.success && process.kill(handle.data.supervisor.pid, 'SIGKILL');
    });
    expect(String(await lost)).toContain('The process that supervised it was killed');
    await trained(run);
    expect((await runs.get(run.id)).execution).toMatchObject({ id: `${run.id}-2`, number: 2 });
  });

  it('leave nothing running of a run that was cancelled without a worker', async () => {
    const run = await harness.newRun({ parameters: { quality: 'slow' } });
    const controller = new AbortController();
    const left = train
      .perform({ run: run.id }, harness.worldWith({}), controller.signal)
      .catch(String);
    await until('the program runs', async () =>
      (await runFolders.tail(run.id, 5)).includes('started'),
    );
    controller.abort(new HandedOver('the worker ends'));
    await left;
    await runs.finish(run.id, { status: 'cancelled' });
    await harness.perform(tidy, { tick: 'after' });
    const { execution } = await runs.get(run.id);
    expect(execution?.endedAt).toBeInstanceOf(Date);
    const { supervisor } = Handle.parse(execution?.handle);
    await until('its supervisor is gone', async () => !lives(supervisor.pid));
    expect(await runs.unended()).toEqual([]);
  });

  it('never show a run as running after it has ended', async () => {
    const run = await harness.newRun();
    const { show } = harness.replies;
    let ended = false;
    await harness.perform(
      train,
      { run: run.id },
      {
        replies: {
          ...harness.replies,
          // A person cancels while a progress report is being stored.
          async show(subject, state) {
            if (!ended && state.card.progress) {
              ended = true;
              await runs.finish(run.id, { status: 'cancelled' });
            }
            await show(subject, state);
          },
        },
      },
    );
    expect((await harness.shown(`run:${run.id}`))?.title).toContain('was cancelled');
  });

  it('do nothing for a run that has ended', async () => {
    const run = await harness.newRun();
    await runs.finish(run.id, { status: 'cancelled' });
    const before = harness.queued.length;
    expect(await harness.perform(train, { run: run.id })).toBeUndefined();
    expect(await harness.perform(evaluate, { run: run.id })).toBeUndefined();
    expect(await versions.ofRun(run.id)).toBeUndefined();
    expect(harness.queued).toHaveLength(before);
  });

  it.each([train, evaluate])(
    'create one version and finish its message after a crash of $name at any write',
    async (job) => {
      for (const at of everyWrite()) {
        const run = await harness.newRun();
        const payload = { run: run.id };
        if (job === evaluate) await harness.perform(train, payload);
        const died = await dieAt(harness, job, payload, at);
        await trained(run);
        const version = await versions.ofRun(run.id);
        const all = await versions.list('flights', 100);
        expect(all.filter((each) => each.run === run.id)).toHaveLength(1);
        expect(await runs.get(run.id)).toMatchObject({ status: 'succeeded' });
        const card = await harness.shown(`run:${run.id}`);
        expect(card).toMatchObject({ title: `flights v${version?.number} is trained` });
        expect(card?.facts?.map(({ label }) => label)).toContain('Held-out result');
        const events = await audit.list({ subject: version?.id ?? '' });
        expect(events.map(({ action }) => action)).toEqual(['version.register']);
        await nothingLeft(run);
        if (died) continue;
        expect(at).toBeGreaterThan(4);
        break;
      }
    },
    120_000,
  );

  it('fail once and leave nothing after a crash at any write, if the program fails', async () => {
    for (const at of everyWrite()) {
      const run = await harness.newRun({ parameters: { quality: 'broken' } });
      const payload = { run: run.id };
      // Without a crash, this worker dies before it can say how the program ended.
      const died = await dieAt(harness, train, payload, at).catch(() => false);
      await harness.perform(train, payload);
      const { status, execution } = await runs.get(run.id);
      expect({ status, number: execution?.number }).toEqual({ status: 'failed', number: 1 });
      expect((await runFolders.tail(run.id, 9)).join()).toBe(
        'training with broken,the data is odd',
      );
      expect(await harness.shown(`run:${run.id}`)).toMatchObject({
        text: expect.stringContaining('exit code 3'),
      });
      await nothingLeft(run);
      if (died) continue;
      expect(at).toBeGreaterThan(4);
      break;
    }
  });

  it('do not evaluate a version twice', async () => {
    const run = await harness.newRun();
    await trained(run);
    await writeFile(join(harness.root, 'workspace', 'dataset.sh'), 'exit 1\n');
    expect(await harness.perform(evaluate, { run: run.id })).toBeUndefined();
    const version = await versions.ofRun(run.id);
    expect((await harness.shown(`run:${run.id}`))?.title).toBe(
      `flights v${version?.number} is trained`,
    );
  });
});
