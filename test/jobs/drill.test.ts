import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deploy } from '../../jobs/deploy.ts';
import { drill } from '../../jobs/drill.ts';
import { evaluate } from '../../jobs/evaluate.ts';
import { requestPromotion } from '../../jobs/request-promotion.ts';
import { answerBytes, equalRows, lastDrill } from '../../jobs/steps/evidence/drills.ts';
import { train } from '../../jobs/train.ts';
import type { Version } from '../../src/core/ports/versions.ts';
import { GateSetting } from '../../src/release/gates/index.ts';
import { openHarness } from './harness.ts';

const harness = await openHarness({ gates: [] });
afterAll(() => harness.end());
const { approvals, artifacts, audit, versions, clock } = harness;
const endpoint = { model: 'flights', environment: 'production' };

async function goLive(quality: string): Promise<Version> {
  const run = await harness.newRun({ parameters: { quality } });
  for (const job of [train, evaluate])
    expect(await harness.perform(job, { run: run.id })).toBeUndefined();
  const version = await versions.ofRun(run.id);
  if (!version) throw new Error(`${run.id} made no version`);
  const { id } = await request(version);
  const voted = await harness.vote(id, 'lead');
  if (!voted) throw new Error(`${id} is not open`);
  await approvals.decide(voted, 'approved', 'Approved by lead.');
  expect(await harness.perform(deploy, { approval: id })).toBeUndefined();
  return version;
}

async function request(version: Version, gates: object[] = []) {
  const { id } = await approvals.request({
    ...{ id: `approval-${randomUUID().slice(0, 8)}`, ...endpoint, version: version.number },
    ...{ requestedBy: 'dev', needed: 1 },
  });
  const spec = { ...harness.spec, gates: gates.map((gate) => GateSetting.parse(gate)) };
  const models = { list: () => [spec], get: () => spec };
  expect(await harness.perform(requestPromotion, { approval: id }, { models })).toBeUndefined();
  return approvals.get(id);
}

const order = (id: string, asked = false) => ({
  ...{ id, ...endpoint, by: 'ops', via: 'web', asked },
});
/** The drills in the audit log, by version. */
const found = async (id: string) =>
  (await audit.list({ subject: 'drills:flights/production', limit: 100 })).filter((event) =>
    event.id.startsWith(`${id}-`),
  );

let first: Version;
let second: Version;
beforeAll(async () => {
  first = await goLive('strong');
  second = await goLive('twin');
});

describe('jobs/drill', () => {
  it('finds that what is live, and what a rollback would restore, answer bit for bit as before', async () => {
    expect(await harness.perform(drill, order('drill-1', true))).toBeUndefined();
    const [newest, before] = await found('drill-1');
    const equal = { rows: 300, equal: 300, ms: expect.any(Number) };
    expect(before).toMatchObject({
      ...{ action: 'drill.passed', after: { version: first.number, ...equal } },
    });
    expect(newest).toMatchObject({ after: { version: second.number, ...equal } });
    expect((await harness.shown('drill:drill-1'))?.title).toMatch(
      /^The drill of flights in production passed: v1 \d+ ms, 300 of 300 equal, v2 \d+ ms/,
    );
    // It was scheduled and it passed, so there is no message.
    expect(await harness.perform(drill, order('drill-2'))).toBeUndefined();
    expect(await harness.shown('drill:drill-2')).toBeUndefined();
  });

  it('posts in the channel of the model if the file of the version is altered', async () => {
    const path = await artifacts.path(first.artifact.sha256);
    const bytes = await artifacts.read(first.artifact.sha256);
    await writeFile(path, Buffer.concat([bytes, Buffer.from('!')]));
    expect(await harness.perform(drill, order('drill-3'))).toBeUndefined();
    await writeFile(path, bytes);
    await harness.postAll('drill:drill-3');
    expect(await harness.replies.placesOf('drill:drill-3')).toMatchObject([
      { address: { platform: 'web', channel: 'flights' } },
    ]);
    const card = await harness.shown('drill:drill-3');
    expect(card?.title).toBe(
      'A rollback of flights in production is not safe: the drill of v1 failed',
    );
    expect(card?.table?.rows[0]?.at(-1)).toContain('is corrupt');
    expect(await lastDrill(endpoint, first.number, harness)).toMatchObject({
      ...{ equal: 0, problem: expect.stringContaining('is corrupt') },
    });
    // The live deployment was not changed.
    expect(await lastDrill(endpoint, second.number, harness)).toMatchObject({ equal: 300 });
  });

  it('notices an answer that differs in the last bit', async () => {
    const score: typeof harness.scorer.score = async (...given) => {
      const answers = await harness.scorer.score(...given);
      const [value = 0] = answers;
      answers[0] = value * (1 + Number.EPSILON);
      return answers;
    };
    const scorer = { ...harness.scorer, score };
    expect(await harness.perform(drill, order('drill-4'), { scorer })).toBeUndefined();
    expect(await found('drill-4')).toMatchObject([
      { action: 'drill.failed', after: { rows: 300, equal: 299 } },
      { action: 'drill.failed', after: { rows: 300, equal: 299 } },
    ]);
  });

  it('keeps its first result if the job is repeated', async () => {
    const before = await found('drill-4');
    expect(await harness.perform(drill, order('drill-4'))).toBeUndefined();
    expect(await found('drill-4')).toEqual(before);
    expect((await harness.shown('drill:drill-4'))?.title).toContain('is not safe');
  });

  it('says so if it could not be carried out', async () => {
    const broken = { ...harness.deployments, live: () => Promise.reject(new Error('no disk')) };
    await harness.perform(drill, order('drill-5'), { deployments: broken });
    expect((await harness.shown('drill:drill-5'))?.title).toBe(
      'The drill of flights in production could not be carried out',
    );
    expect(await found('drill-5')).toEqual([]);
  });

  it('is run before a promotion that asks for one, and only if the last is too old', async () => {
    const { artifact } = first;
    const { number, ...draft } = first;
    const { id: _, createdAt: __, ...fresh } = draft;
    const candidate = await versions.register({ ...fresh, run: `run-${randomUUID()}`, artifact });
    const evaluation = await versions.evaluation(first.id);
    if (!evaluation) throw new Error('it was evaluated');
    await versions.addEvaluation({ ...evaluation, version: candidate.id });
    expect(number).toBe(1);
    // The last drill of v2 failed in the test above; it counts for seven days.
    const gates = [{ drill_days: 7 }];
    const refused = await request(candidate, gates);
    expect(refused).toMatchObject({ status: 'refused' });
    expect(refused.reason).toContain('299 of 300');
    clock.forward(8 * 86_400);
    const open = await request(candidate, gates);
    expect(open.evidence?.gates.at(-1)).toMatchObject({ name: 'rollback drilled', passed: true });
    expect(await found(`drill-${open.id}`)).toMatchObject([
      { action: 'drill.passed', by: 'dev', after: { version: second.number, equal: 300 } },
    ]);
    const card = await harness.shown(`approval:${open.id}`);
    const fact = card?.facts?.find(({ label }) => label === 'Last drill');
    expect(fact?.value).toMatch(/^v2, .*: \d+ ms, 300 of 300 equal$/);
  });
});

describe('the comparison of answers', () => {
  it('counts rows with the same bits, NaN and −0 included', () => {
    expect(equalRows(answerBytes([Number.NaN, -0, 1]), answerBytes([Number.NaN, 0, 1]), 1)).toBe(2);
    expect(equalRows(answerBytes([1, 2, 3, 4]), answerBytes([1, 2, 3, 5]), 2)).toBe(1);
    expect(equalRows(answerBytes([1, 2]), answerBytes([1, 2, 3]), 1)).toBe(0);
  });

  it('finds any answers equal to themselves, and no other', () => {
    const answers = fc.array(fc.double(), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(answers, fc.nat(), (some, at) => {
        const other = some.map((value, index) => (index === at % some.length ? value + 1 : value));
        const changed = some.filter((value, index) => !Object.is(value, other[index])).length;
        expect(equalRows(answerBytes(some), answerBytes([...some]), 1)).toBe(some.length);
        expect(equalRows(answerBytes(some), answerBytes(other), 1)).toBe(some.length - changed);
      }),
    );
  });
});
