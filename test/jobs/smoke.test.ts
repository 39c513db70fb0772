import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate } from '../../jobs/evaluate.ts';
import { requestPromotion } from '../../jobs/request-promotion.ts';
import { askVersion, smokeRows } from '../../jobs/steps/smoke-test.ts';
import { train } from '../../jobs/train.ts';
import type { Approval } from '../../src/core/ports/approvals.ts';
import type { Version } from '../../src/core/ports/versions.ts';
import { GateSetting } from '../../src/release/gates/index.ts';
import { problemOf } from '../../src/release/gates/smoke/problem.ts';
import { binary } from '../../src/tasks/binary/index.ts';
import { tinyModel } from '../serving/tiny-model.ts';
import { openHarness } from './harness.ts';

const harness = await openHarness({ gates: [] });
afterAll(() => harness.end());
const { approvals, artifacts, deployments, versions } = harness;

async function trained(quality: string): Promise<Version> {
  const run = await harness.newRun({ parameters: { quality } });
  expect(await harness.perform(train, { run: run.id })).toBeUndefined();
  await harness.perform(evaluate, { run: run.id });
  const version = await versions.ofRun(run.id);
  if (!version) throw new Error(`${run.id} made no version`);
  return version;
}

async function judged(version: Version, spec = harness.spec): Promise<Approval> {
  const { id } = await approvals.request({
    id: `approval-${randomUUID().slice(0, 8)}`,
    ...{ model: 'flights', version: version.number, environment: 'production' },
    ...{ requestedBy: 'dev', needed: 1 },
  });
  const models = { list: () => [spec], get: () => spec };
  expect(await harness.perform(requestPromotion, { approval: id }, { models })).toBeUndefined();
  return approvals.get(id);
}

const onnx = (name: string, bytes: Uint8Array) =>
  writeFile(join(harness.spec.folder, `${name}.onnx`), bytes);
const sum = { weights: { distance: 0.003 }, categories: { carrier: { AA: 0.01 } }, bias: -3 };

let strong: Version;
beforeAll(async () => {
  strong = await trained('strong');
});

describe('the smoke test, with no gates declared', () => {
  it('passes a version that answers its own held-out rows', async () => {
    const approval = await judged(strong);
    expect(approval).toMatchObject({
      status: 'open',
      evidence: {
        gates: [
          {
            name: 'smoke test',
            passed: true,
            words: 'Answered 300 of its held-out rows, each with a number from 0 to 1.',
          },
        ],
      },
    });
    await approvals.decide(approval, 'rejected', 'of no use any more');
  });

  it('refuses a version that was never evaluated, and says what to do', async () => {
    const version = await versions.register({
      ...{ model: 'flights', run: `run-${randomUUID()}`, artifact: strong.artifact },
      ...{ dataset: strong.dataset, parameters: {}, code: { revision: 'abc', dirty: false } },
      ...{ runtime: {}, reported: {}, createdBy: 'dev' },
    });
    expect(await versions.evaluation(version.id)).toBeUndefined();
    const approval = await judged(version);
    expect(approval.status).toBe('refused');
    expect(approval.reason).toContain(
      `It was never evaluated. /logs ${version.run} may say why. /train flights makes another version.`,
    );
  });

  it('refuses a version that no longer loads', async () => {
    const { number, ...draft } = await trained('twin');
    const path = await artifacts.path(draft.artifact.sha256);
    const bytes = await artifacts.read(draft.artifact.sha256);
    await writeFile(path, Buffer.concat([bytes, Buffer.from('!')]));
    const approval = await judged({ number, ...draft });
    await writeFile(path, bytes);
    expect(approval).toMatchObject({ status: 'refused', evidence: { gates: [{ passed: false }] } });
    expect(approval.reason).toContain('is corrupt');
  });

  it('refuses a version whose answers are not scores', async () => {
    await onnx('raw', tinyModel({ ...sum, link: 'Identity' }));
    const approval = await judged(await trained('raw'));
    expect(approval.status).toBe('refused');
    expect(approval.reason).toMatch(/of 300 rows with no usable score: .* outside of 0 to 1\./);
  });

  it('refuses a version whose held-out rows are gone', async () => {
    const evaluation = await versions.evaluation(strong.id);
    if (!evaluation) throw new Error('it was evaluated');
    const gone = { ...evaluation.dataset, sha256: 'f'.repeat(64) };
    const rows = await smokeRows({ ...evaluation, dataset: gone }, harness.spec, harness);
    expect(rows).toMatchObject({ problem: expect.stringContaining('cannot be read') });
  });

  it('stops a version that does not answer within the deadline', async () => {
    const hung = { ...harness.scorer, score: () => new Promise<Float64Array>(() => {}) };
    const rows = { labels: Uint8Array.of(0, 1), features: {} };
    const smoke = await askVersion(
      strong,
      rows,
      harness.spec,
      { scorer: hung },
      new AbortController().signal,
      20,
    );
    expect(problemOf(smoke, binary.answer)).toBe('it did not answer 2 rows within 0.02 s');
  });

  it.each([
    [[Number.NaN, 0.5], 'the first is NaN, not a finite number'],
    [[0.5, Number.POSITIVE_INFINITY], 'the first is Infinity, not a finite number'],
    [[-0.1], 'the first is -0.1, outside of 0 to 1'],
  ])('does not accept %j as scores', (scores, words) => {
    const answered = { answers: scores, rows: scores.length, classes: [] };
    expect(problemOf(answered, binary.answer)).toContain(words);
  });
});

describe('a champion that does not load', () => {
  it('is named, and does not block its successor', async () => {
    const { sha256 } = await artifacts.putBytes(Buffer.from('this is no model either'));
    const broken = await versions.register({
      ...{ model: 'flights', run: `run-${randomUUID()}`, artifact: { sha256, bytes: 9 } },
      ...{ dataset: strong.dataset, parameters: {}, code: { revision: 'abc', dirty: false } },
      ...{ runtime: {}, reported: {}, createdBy: 'dev' },
    });
    await deployments.deploy({
      ...{ id: 'deployment-broken', model: 'flights', version: broken.number },
      ...{ environment: 'production', artifact: sha256, by: 'dev', reason: '', approval: 'none' },
    });
    const gates = [GateSetting.parse({ compare: 'champion', metric: 'auc' })];
    const approval = await judged(strong, { ...harness.spec, gates });
    const name = `The live version v${broken.number} gives no usable answer: loading the model`;
    expect(approval).toMatchObject({
      status: 'open',
      evidence: { champion: broken.number, championProblem: expect.stringContaining(name) },
    });
    expect(approval.evidence?.gates.at(-1)).toMatchObject({
      name: 'AUC against the champion',
      passed: false,
      notApplicable: true,
    });
    const card = await harness.shown(`approval:${approval.id}`);
    expect(card?.text).toContain(name);
    expect(card?.text).toContain(`v${strong.number} is judged without it.`);
    expect(card?.table?.rows.at(-1)).toEqual([
      'AUC against the champion',
      '– not applicable',
      'no usable champion',
      expect.stringContaining('Not applicable: The live version'),
    ]);
  });
});
