import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { deploy } from '../../jobs/deploy.ts';
import { digestOfEvidence } from '../../src/core/evidence.ts';
import { toJson } from '../../src/core/json.ts';
import { allKeys, openPrivateKey, revokeKey } from '../../src/proof/key-files.ts';
import { sealTicket } from '../../src/proof/ticket.ts';
import { createTicketCheck } from '../../src/proof/ticket-check.ts';
import { askedAtTheSwitch } from '../../src/wiring/at-the-switch.ts';
import type { Container } from '../../src/wiring/container.ts';
import { createLiveVersions } from '../../src/wiring/live-versions.ts';
import { startPolicy } from '../../src/wiring/policy.ts';
import { openHarness } from '../jobs/harness.ts';

const harness = await openHarness();
const { approvals, audit, clock, deployments, keys, registry, tickets } = harness;
const log = { info: () => {}, warn: () => {}, error: () => {} };
afterAll(() => harness.end());

/** Approved by a vote that the bot received. */
async function approved(version: number, environment: string) {
  const id = `approval-${environment}`;
  await approvals.request({
    ...{ id, model: 'flights', version, environment, requestedBy: 'dev', needed: 1 },
  });
  const { artifact } = await harness.versions.resolve('flights', String(version));
  const shown = { artifact: artifact.sha256, gates: [], metrics: { auc: 0.7 } };
  const evidence = { ...shown, digest: digestOfEvidence(shown) };
  await approvals.open(id, evidence, new Date(clock.now().getTime() + 3_600_000));
  const voted = await harness.vote(id, 'lead');
  if (voted) await approvals.decide(voted, 'approved', 'Approved by lead.');
  return { id, artifact: artifact.sha256 };
}

it('makes another key when its key is revoked, and what that key alone let in is no longer served', async () => {
  for (const n of [1, 2])
    await registry.versions.register({
      ...{ model: 'flights', run: `run-${n}`, parameters: {}, reported: {}, createdBy: 'dev' },
      artifact: await harness.artifacts.putBytes(Buffer.from(`model ${n}`)),
      dataset: { window: { from: new Date(0), to: new Date(1) }, sha256: 'd', rows: 1 },
      ...{ code: { revision: 'r', dirty: false }, runtime: {} },
    });
  const { id } = await approved(1, 'production');
  expect(await harness.perform(deploy, { approval: id })).toBeUndefined();

  // Somebody has the key. The registry contains votes that nobody cast.
  const stolen = await openPrivateKey(keys, 'ticket');
  const request = await approved(2, 'staging');
  const forged = { model: 'flights', version: 2, environment: 'staging' };
  const predicate = {
    ...{ ...forged, id: 'forged', issuedAt: clock.now().toISOString(), request: request.id },
    ...{ policy: 'f', votes: [], audit: { sequence: 0, hash: '0' } },
  };
  const envelope = toJson(sealTicket(request.artifact, predicate, stolen));
  await tickets.add({
    ...{ ...forged, id: 'forged', issuedAt: clock.now(), envelope, modelSignature: null },
  });
  const db = await harness.connect();
  await db
    .collection<{ _id: string }>('approvals')
    .updateOne({ _id: request.id }, { $unset: { 'votes.lead.receipt': 1 } });
  await deployments.deploy({
    ...{ ...forged, id: 'deployment-forged', artifact: request.artifact, by: 'lead' },
    ...{ approval: request.id, reason: 'approved' },
  });

  const ticketCheck = createTicketCheck(tickets, keys);
  const asked = askedAtTheSwitch({ ...harness, ticketCheck });
  const { endpoints, models, bus } = harness;
  const live = createLiveVersions(deployments, endpoints, models, bus, asked, ticketCheck);
  const refused = async () => {
    const all = await live.list();
    return Object.fromEntries(all.map((one) => [one.environment, one.refused]));
  };
  expect(await refused()).toEqual({ production: undefined, staging: undefined });

  // Only what the role needs of its container.
  const container = {
    ...{ registry, keys, log, workspace: { sha256: 'f'.repeat(64) } },
    queue: { work: () => ({ close: async () => {} }) },
    world: (_: unknown, { notary }: Parameters<Container['world']>[1] = {}) =>
      harness.worldWith({
        ...(notary && { notary }),
        ticketCheck: createTicketCheck(tickets, keys),
      }),
  };
  const policy = await startPolicy(Object.assign(Object.create(null), container));
  try {
    await revokeKey(keys, stolen.id.slice(0, 16), 'it was\nstolen');
    const newest = async () =>
      (await allKeys(keys)).filter(({ kind }) => kind === 'ticket').map((one) => one.revoked);
    await expect.poll(newest, { timeout: 60_000 }).toEqual([false, true]);
    expect(await readdir(join(keys, 'policy'))).toContain(
      `ticket-${stolen.id.slice(0, 16)}.revoked.pem`,
    );
    await expect
      .poll(async () => (await audit.list({ limit: 5 })).map(({ action }) => action))
      .toContain('key.revoke');
    // The keys are read again, and both are served for as long as new tickets may take.
    const why = () => ticketCheck.whyNot({ ...forged, artifact: request.artifact });
    await expect.poll(why, { timeout: 60_000 }).toContain('None of the trusted keys signed it');
    expect(await refused()).toEqual({ production: undefined, staging: undefined });
    clock.forward(61);
    expect(await refused()).toEqual({
      production: undefined,
      staging: expect.stringContaining('there is no valid ticket for flights v2 in staging'),
    });
    // A gateway that starts now agrees.
    const fresh = createTicketCheck(tickets, keys);
    expect(await fresh.whyNot({ ...forged, artifact: request.artifact })).toContain('trusted keys');
    const subject = await deployments.live('flights', 'production');
    expect(subject && (await fresh.whyNot(subject))).toBeUndefined();
  } finally {
    await policy.stop();
  }
});
