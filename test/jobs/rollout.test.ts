import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { peopleOf } from '../../config/people.ts';
import { advanceRollout } from '../../jobs/advance-rollout.ts';
import { deploy } from '../../jobs/deploy.ts';
import { endRollout } from '../../jobs/end-rollout.ts';
import { evaluate } from '../../jobs/evaluate.ts';
import { requestPromotion } from '../../jobs/request-promotion.ts';
import { rollBack } from '../../jobs/roll-back.ts';
import { shadowOf } from '../../jobs/steps/evidence/shadow.ts';
import { train } from '../../jobs/train.ts';
import { deriveId } from '../../src/core/ids.ts';
import { latencyBin } from '../../src/core/latency.ts';
import type { Approval } from '../../src/core/ports/approvals.ts';
import type { Version } from '../../src/core/ports/versions.ts';
import type { ArmTally, RolloutPlan } from '../../src/core/rollout.ts';
import { resumed } from '../../src/release/rollout/next.ts';
import { openHarness, PEOPLE } from './harness.ts';

const MINUTE = 60_000;
const MINUTE_S = 60;
const plan: RolloutPlan = {
  steps: [
    { weight: 0, shadow: true, forMs: MINUTE },
    { weight: 25, shadow: false, forMs: MINUTE },
    { weight: 100, shadow: false, forMs: 0 },
  ],
  limits: { errors: 0.02, latency: 0.15, answers: 0.3, flipped: 0.2, performance: 0.05 },
  alpha: 0.05,
};
const harness = await openHarness({ rollout: plan });
afterAll(() => harness.end());
const { approvals, deployments, endpoints, versions, audit, clock, tallies } = harness;
const FLIGHTS = { model: 'flights', environment: 'production' };

let strong: Version;
let twin: Version;
beforeAll(async () => {
  const make = async (quality: string) => {
    const run = await harness.newRun({ parameters: { quality } });
    for (const job of [train, evaluate]) await harness.perform(job, { run: run.id });
    const version = await versions.ofRun(run.id);
    if (!version) throw new Error(`${run.id} made no version`);
    return version;
  };
  strong = await make('strong');
  expect(await harness.perform(deploy, { approval: (await approved(strong)).id })).toBeUndefined();
  twin = await make('twin');
});

async function approved(version: Version): Promise<Approval> {
  const id = `approval-${randomUUID().slice(0, 8)}`;
  const asked = { ...FLIGHTS, version: version.number, requestedBy: 'dev', needed: 1 };
  await approvals.request({ id, ...asked });
  expect(await harness.perform(requestPromotion, { approval: id })).toBeUndefined();
  const voted = await harness.vote(id, 'lead');
  const decided = voted && (await approvals.decide(voted, 'approved', 'Approved by lead.'));
  if (!decided) throw new Error(`${id} was not approved`);
  return decided;
}

/** A rollout of `twin` that has begun. */
async function begun() {
  const { id } = await approved(twin);
  expect(await harness.perform(deploy, { approval: id })).toBeUndefined();
  return { id, deployment: deriveId('deployment', id) };
}

const arm = (requests: number, failures = 0): ArmTally => ({
  ...{ requests, failures },
  times: [[latencyBin(4), requests]],
  answers: [[3, requests]],
});
/** What the gateway would have counted in a step. */
const count = (deployment: string, step: number, failures = 0) =>
  tallies.add({
    ...{ ...FLIGHTS, deployment, step, ready: true },
    tally: {
      ...{ stable: arm(9000), challenger: arm(3000, failures) },
      shadow: { requests: step === 0 ? 3000 : 0, flipped: 0, dropped: 0, slices: [] },
    },
  });
const look = (deployment: string, own = {}) =>
  harness.perform(advanceRollout, { ...FLIGHTS, deployment }, own);
const state = () => endpoints.get(FLIGHTS);
const live = async () => (await deployments.live('flights', 'production'))?.version;
const abort = (deployment: string, by = 'dev') =>
  harness.perform(endRollout, {
    ...{ ...FLIGHTS, deployment, by, reason: 'callers complain', via: 'web' },
    cast: { by: { platform: 'web', user: by }, from: { platform: 'web', channel: 'flights' } },
  });
async function restoreStrong(): Promise<void> {
  const top = await deployments.live('flights', 'production');
  if (!top || top.version === strong.number) return;
  const order = { id: `back-${randomUUID()}`, ...FLIGHTS, replaces: top.id, by: 'dev' };
  await harness.perform(rollBack, { ...order, reason: 'again', via: 'web' });
  await endpoints.change(FLIGHTS, ({ hold }) => hold && { hold: null });
}

describe('a rollout', () => {
  it('goes through its steps as they pass, and ends with the switch', async () => {
    const { id, deployment } = await begun();
    expect(await live()).toBe(strong.number);
    expect((await state()).rollout).toMatchObject({ deployment, step: 0 });
    expect((await harness.shown(`rollout:${deployment}`))?.title).toContain('in shadow');
    // Another request waits until it ends.
    const other = await approved(strong);
    expect(await harness.perform(deploy, { approval: other.id })).toBeUndefined();
    expect((await harness.shown(`approval:${other.id}`))?.text).toContain('rolling out v2');

    await count(deployment, 0);
    expect(await look(deployment)).toBeUndefined();
    expect((await state()).rollout?.step).toBe(0);
    clock.forward(MINUTE_S);
    const gate = { gate: 'shadow', settings: { shadow: 'production', hours: 24 } };
    const inShadow = async () => (await shadowOf(twin, [gate], harness))[0];
    const { since } = (await inShadow()) ?? {};
    expect(since).toEqual((await state()).rollout?.began);
    expect(await look(deployment)).toBeUndefined();
    expect((await state()).rollout?.step).toBe(1);
    // What a gate in another environment is judged by: the time, and what the gateway counted in it.
    clock.forward(MINUTE_S);
    expect(await inShadow()).toEqual({
      ...{ environment: 'production', plannedMs: MINUTE, wasLive: false },
      longest: { ms: MINUTE, requests: 3000 },
    });
    expect((await shadowOf(strong, [gate], harness))[0]).toMatchObject({ wasLive: true });
    expect((await shadowOf(strong, [gate], harness))[0]).not.toHaveProperty('longest');
    await count(deployment, 1);
    clock.forward(MINUTE_S);
    await look(deployment);
    expect((await state()).rollout?.step).toBe(2);
    expect(await live()).toBe(strong.number);

    harness.queued.length = 0;
    await look(deployment);
    expect(harness.queued).toContainEqual({ name: 'deploy', payload: { approval: id } });
    expect(await harness.perform(deploy, { approval: id })).toBeUndefined();
    expect(await live()).toBe(twin.number);
    await look(deployment);
    expect(await harness.shown(`rollout:${deployment}`)).toMatchObject({
      title: `flights v${twin.number} answers all requests in production`,
      tone: 'success',
    });
    expect(await approvals.get(id)).toMatchObject({ confirmedAt: expect.any(Date) });
    const actions = (await audit.list({ subject: deployment })).map(({ action }) => action);
    expect(actions.toSorted()).toEqual([
      ...['deployment.live', 'rollout.begin', 'rollout.end', 'rollout.step', 'rollout.step'],
    ]);
    await approvals.decide(other, 'rejected', 'of no use any more');
    await restoreStrong();
  });

  it('is rolled back when it proves to be worse, with the reason, and holds automation', async () => {
    const { id, deployment } = await begun();
    await count(deployment, 0, 60);
    await look(deployment);
    expect((await state()).rollout).toBeUndefined();
    expect(await state()).toMatchObject({
      ended: { outcome: 'failed', deployment },
      hold: { why: expect.stringContaining(`v${twin.number} was rolled back: requests without`) },
    });
    const card = await harness.shown(`rollout:${deployment}`);
    expect(card).toMatchObject({ tone: 'danger' });
    expect(card?.text).toMatch(/requests without a usable answer: \+2\.0 points .* v1 answers all/);
    expect((await harness.shown(`approval:${id}`))?.title).toContain('but not deployed');
    // A retry of the start changes nothing.
    expect(await harness.perform(deploy, { approval: id })).toBeUndefined();
    expect((await state()).rollout).toBeUndefined();
    expect(await live()).toBe(strong.number);
    const gate = { gate: 'shadow', settings: { shadow: 'production', hours: 24 } };
    const [seen] = await shadowOf(twin, [gate], harness);
    expect(seen?.stopped).toContain('requests without a usable answer');
    await endpoints.change(FLIGHTS, () => ({ hold: null }));
  });

  it('pauses and asks where it cannot be told, and goes on when somebody accepts that', async () => {
    const { deployment } = await begun();
    clock.forward(MINUTE_S);
    await look(deployment);
    const { rollout } = await state();
    expect(rollout).toMatchObject({ step: 0, paused: { by: 'wheelhouse', asks: true } });
    expect((await harness.shown(`rollout:${deployment}`))?.text).toContain('It paused itself');
    await endpoints.change(
      FLIGHTS,
      (seen) => seen.rollout && { rollout: resumed(seen.rollout, 'dev') },
    );
    await look(deployment);
    expect((await state()).rollout).toMatchObject({ step: 1 });
    expect((await state()).rollout).not.toHaveProperty('accepted');
    await abort(deployment);
  });

  it('does not go on if its votes no longer count at a step', async () => {
    const { deployment } = await begun();
    await count(deployment, 0);
    clock.forward(MINUTE_S);
    const lead = { name: 'Lead', role: 'operator', identities: {} } as const;
    await look(deployment, { people: peopleOf({ ...PEOPLE, lead }, {}) });
    expect((await state()).rollout).toMatchObject({
      ...{ step: 0, paused: { asks: true, why: expect.stringContaining('no longer approved') } },
    });
    await abort(deployment);
  });

  it('ends at once when somebody aborts it, and not when that person lost the right', async () => {
    const { deployment } = await begun();
    const dev = { name: 'Dev', role: 'viewer', identities: {} } as const;
    const order = { ...FLIGHTS, deployment, by: 'dev', reason: 'bad', via: 'web' };
    const cast = { by: { platform: 'web', user: 'dev' }, from: { platform: 'web', channel: 'x' } };
    const people = peopleOf({ ...PEOPLE, dev }, {});
    await harness.perform(endRollout, { ...order, cast }, { people });
    expect((await state()).rollout).toBeDefined();
    expect(await abort(deployment)).toBeUndefined();
    expect(await state()).toMatchObject({ ended: { outcome: 'aborted', by: 'dev' } });
    expect((await harness.shown(`rollout:${deployment}`))?.title).toContain('was aborted');
    expect(await live()).toBe(strong.number);
    // Repeating it has no effect.
    expect(await abort(deployment)).toBeUndefined();
  });
});
