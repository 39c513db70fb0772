import { expect } from 'vitest';
import { judge } from '../../../src/release/policy.ts';
import { createLiveVersions } from '../../../src/wiring/live-versions.ts';
import { ENVIRONMENTS, type Site, textAt, UNDO_SECONDS } from './site.ts';

/** What must hold after every step. `decided`: the requests whose decision was already checked. */
export async function check(site: Site, decided: Set<string>): Promise<void> {
  if (site.faults.length > 0) throw site.faults[0];
  expect(site.witness.wrong).toEqual([]);
  for (const environment of ENVIRONMENTS) {
    await checkEndpoint(site, environment);
    await checkShadow(site, environment);
    await checkDrills(site, environment);
  }
  await noteShort(site);
  await checkGateway(site);
  await checkDecisions(site, decided);
  expect(await site.registry.audit.verify(), 'the audit chain').not.toHaveProperty('fault');
}

/** One stable version, which is the top of the stack, and an event for every switch. */
async function checkEndpoint(site: Site, environment: string): Promise<void> {
  const state = await site.endpoints.get(site.endpointOf(environment));
  const history = await site.deployments.history('flights', environment, 1000);
  const live = await site.deployments.live('flights', environment);
  const out = await site.deployments.outOfService('flights', environment);
  const top = live ?? out?.deployment;
  expect(top?.id, 'what is live is the top of the stack').toBe(state.stable);
  const answering = history.filter(({ status }) => status === 'live');
  expect(answering.map(({ id }) => id)).toEqual(live ? [live.id] : []);
  if (state.rollout) {
    expect(state.rollout.stable, 'a rollout is compared with what is live').toBe(state.stable);
    expect(state.rollout.deployment).not.toBe(state.stable);
  }
  // A process that died between the switch and its event repeats it: the job is still there.
  const pending = site.queue.flatMap(({ payload }) => [
    textAt(payload, 'id'),
    textAt(payload, 'approval'),
  ]);
  const events = await site.audit.list({ model: 'flights', limit: 5000 });
  for (const { id, kind, approval = '' } of history) {
    if (pending.includes(id) || pending.includes(approval)) continue;
    const action = kind === 'rollback' ? 'deployment.rollback' : 'deployment.live';
    const count = events.filter((one) => one.subject === id && one.action === action).length;
    expect(count, `events of the switch to ${id}`).toBe(1);
  }
  for (const { action, before } of events)
    if (action === 'deployment.rollback')
      expect([...site.meant], 'a rollback replaces what somebody meant').toContain(
        textAt(before, 'deployment'),
      );
}

/**
 * What the gateway would receive: one version per endpoint, and at most one challenger, with shares of 100% in total.
 */
async function checkGateway(site: Site): Promise<void> {
  const { deployments, endpoints, models, bus, ticketCheck } = site;
  const ok = async () => undefined;
  const list = await createLiveVersions(
    deployments,
    endpoints,
    models,
    bus,
    ok,
    ticketCheck,
  ).list();
  const named = list.map(({ environment }) => environment);
  expect(new Set(named).size, 'one stable version for each endpoint').toBe(named.length);
  for (const { challenger, deployment } of list) {
    const weights = [100 - (challenger?.weight ?? 0), challenger?.weight ?? 0];
    expect(
      weights.every((one) => one >= 0 && one <= 100),
      `${weights}%`,
    ).toBe(true);
    expect(challenger?.version.deployment).not.toBe(deployment);
    if (!challenger) continue;
    const beside = await deployments.find(challenger.version.deployment);
    const why =
      beside?.approval && (await ticketCheck.whyNot({ ...beside, approval: beside.approval }));
    expect(why, 'a challenger that answers has a ticket').toBeUndefined();
  }
}

/**
 * In shadow it answers nobody, and continues only if it agrees on enough rows, or somebody accepted the difference.
 */
async function checkShadow(site: Site, environment: string): Promise<void> {
  const { rollout } = await site.endpoints.get(site.endpointOf(environment));
  if (!rollout) return;
  const { deployment, step, steps } = rollout;
  const before = site.steps.get(deployment);
  site.steps.set(deployment, step);
  if (steps[step]?.shadow) expect(steps[step].weight, 'a shadow answers nobody').toBe(0);
  if (!steps[0]?.shadow || before !== 0 || step === 0) return;
  const events = await site.audit.list({ subject: deployment, limit: 1000 });
  const isAccepted = events.some(
    ({ action, after }) => action === 'rollout.resume' && JSON.stringify(after).includes('true'),
  );
  const { shadow } = (await site.tallies.of(deployment, 0)) ?? {};
  const share = shadow ? shadow.flipped / Math.max(1, shadow.requests) : 0;
  if (!isAccepted) expect(share, 'rows decided differently in shadow').toBeLessThan(0.2);
}

/** Whatever dies, a drill is recorded once for each version that it tried. */
async function checkDrills(site: Site, environment: string): Promise<void> {
  const asked = site.drills.filter((one) => one === environment).length;
  const events = await site.audit.list({ model: 'flights', limit: 5000 });
  const tried = events
    .filter((one) => one.action.startsWith('drill.') && one.environment === environment)
    .map(({ after }) => JSON.stringify(after));
  for (const version of new Set(tried))
    expect(tried.filter((one) => one === version).length, 'events of a drill').toBeLessThanOrEqual(
      asked,
    );
}

/** Too few votes now: they must not decide anything before the time to undo is over. */
async function noteShort({ approvals, clock, short }: Site): Promise<void> {
  for (const { id, votes, needed } of await approvals.list({ statuses: ['checking', 'open'] }))
    if (votes.filter(({ verdict }) => verdict === 'approve').length < needed)
      short.set(id, clock.now());
}

/** A request is decided by the votes stored with it, and in time. */
async function checkDecisions(site: Site, decided: Set<string>): Promise<void> {
  const { people, models, approvals } = site;
  const closed = await approvals.list({ statuses: ['approved', 'rejected'], limit: 1000 });
  for (const approval of closed) {
    const { id, status, decidedAt, expiresAt } = approval;
    if (decided.has(id)) continue;
    decided.add(id);
    expect(judge(approval, { people, models }).status, `the votes of ${id}`).toBe(status);
    if (!decidedAt || !expiresAt || status !== 'approved') continue;
    expect(decidedAt.getTime(), `${id} was decided in time`).toBeLessThan(expiresAt.getTime());
    if (!site.isCareful || approval.environment !== 'production') continue;
    const since = (site.short.get(id) ?? approval.createdAt).getTime();
    expect(decidedAt.getTime() - since, `the time to undo ${id}`).toBeGreaterThanOrEqual(
      UNDO_SECONDS * 1000,
    );
  }
}

/** When all jobs are done: no rollback is half done, no lock is left, every rollback was answered. */
export async function checkEnd(site: Site): Promise<void> {
  for (const environment of ENVIRONMENTS) {
    const { lock } = await site.endpoints.get(site.endpointOf(environment));
    expect(lock, 'a lock whose change is over').toBeUndefined();
  }
  for (const id of site.rollbacks) {
    const card = await site.shown(`rollback:${id}`);
    expect(card?.tone, `the end of the rollback ${id}`).not.toBe('progress');
  }
}
