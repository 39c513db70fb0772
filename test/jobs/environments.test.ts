import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { deploy } from '../../jobs/deploy.ts';
import { rollBack } from '../../jobs/roll-back.ts';
import { digestOfEvidence } from '../../src/core/evidence.ts';
import { createGatewayClient } from '../../src/serving/client.ts';
import { createGateway } from '../../src/serving/gateway.ts';
import { createPredictionLog } from '../../src/serving/log/log.ts';
import { createLiveVersions } from '../../src/wiring/live-versions.ts';
import { biased, request, rows } from '../serving/world.ts';
import { openHarness } from './harness.ts';
import { openNightWatch } from './night-watch.ts';

const harness = await openHarness();
const { approvals, artifacts, clock, deployments, models, bus } = harness;
const onProblem = (problem: Error) => {
  throw problem;
};
const log = createPredictionLog({
  ...{ dir: join(harness.root, 'log'), first: 'production', onProblem },
});
const served = createGateway({
  live: createLiveVersions(
    deployments,
    harness.endpoints,
    models,
    bus,
    async () => undefined,
    harness.ticketCheck,
  ),
  environments: ['production', 'staging'],
  ...{ artifacts, log, host: '127.0.0.1', port: 0, pollMs: 50, onProblem },
});
const [first = '', second = '', third = ''] = await Promise.all(
  [0, 1, 2].map(async (bias) => (await artifacts.putBytes(biased(bias))).sha256),
);
afterAll(async () => {
  await served.stop();
  await log.close();
  await harness.end();
});

const answersWith = async (base: string) => {
  const asked = `${served.address}${base}/v2/models/flights/infer`;
  const { body } = await request(asked, rows([[0, 'AA']]));
  return /"model_version":"(\d+)"/.exec(JSON.stringify(body))?.[1];
};
const live = async (environment: string) =>
  (await deployments.live('flights', environment))?.version;

/** A request that passed its gates and was approved by one vote. */
async function approved(version: number, artifact: string, environment: string): Promise<string> {
  const { id } = await approvals.request({
    ...{ id: `approval-${environment}-${version}`, model: 'flights', version, environment },
    ...{ requestedBy: 'dev', needed: 1 },
  });
  const shown = { artifact, gates: [], metrics: {} };
  const evidence = { ...shown, digest: digestOfEvidence(shown) };
  await approvals.open(id, evidence, new Date(clock.now().getTime() + 3_600_000));
  await harness.vote(id, 'lead');
  await approvals.decide(await approvals.get(id), 'approved', 'Approved by lead.');
  return id;
}

describe('two environments', () => {
  it('have their own versions, rollbacks, monitors and alerts', async () => {
    const production = await openNightWatch(harness, { artifact: first });
    const staging = await openNightWatch(harness, { environment: 'staging', artifact: second });
    // Of the request behind the deployment that the watch made live.
    await approvals.request({
      ...{ id: 'none', model: 'flights', version: 2, environment: 'staging' },
      ...{ requestedBy: 'dev', needed: 1 },
    });
    await served.start();
    const gateway = createGatewayClient({ url: served.address, first: 'production' });
    expect([await answersWith(''), await answersWith('/staging')]).toEqual(['1', '2']);

    // A promotion to staging does not change production.
    const before = await harness.versions.resolve('flights', '2');
    const { id: _, number: __, createdAt: ___, ...draft } = before;
    const { number } = await harness.versions.register({
      ...{ ...draft, run: 'run-third', artifact: { sha256: third, bytes: 1 } },
    });
    const approval = await approved(number, third, 'staging');
    expect(await harness.perform(deploy, { approval }, { gateway })).toBeUndefined();
    expect((await harness.shown(`approval:${approval}`))?.title).toContain('is live in staging');
    expect([await answersWith(''), await answersWith('/staging')]).toEqual(['1', '3']);
    expect([await live('production'), await live('staging')]).toEqual([1, 3]);

    const replaces = (await deployments.live('flights', 'staging'))?.id ?? '';
    const order = { id: 'deployment-back', model: 'flights', environment: 'staging', replaces };
    // Nor does a rollback, by a person who may do it there.
    const nobody = { ...order, id: 'deployment-no', by: 'visitor', reason: 'fun', via: 'web' };
    expect(String(await harness.perform(rollBack, nobody, { gateway }))).toContain(
      'visitor is no longer a member of this workspace, so nothing was rolled back',
    );
    expect(await live('staging')).toBe(3);
    const asked = { by: 'dev', reason: 'worse', via: 'web' };
    expect(await harness.perform(rollBack, { ...order, ...asked }, { gateway })).toBeUndefined();
    expect((await harness.shown('rollback:deployment-back'))?.text).toContain('serving v2');
    expect([await answersWith(''), await answersWith('/staging')]).toEqual(['1', '2']);
    expect(await live('production')).toBe(1);

    // The same days, with drift in one of the environments.
    await production.pass('quiet', 'quiet');
    await staging.pass('moved', 'moved');
    for (const watch of [production, staging]) expect(await watch.check()).toBeUndefined();
    expect(await production.statuses()).toEqual(['ok', 'ok']);
    expect(await staging.statuses()).toEqual(['ok', 'alert']);
    expect(await production.alerts()).toEqual([]);
    const [alert] = await staging.alerts();
    expect(alert).toMatchObject({ environment: 'staging', version: 2, status: 'open' });
    const card = await harness.shown(`alert:${alert?.id}`);
    expect(card?.title).toBe('Data drift: flights in staging');
    const back = card?.actions?.find(({ command }) => command === 'rollback');
    expect(back?.argument).toBe('flights --from deployment-back --in staging');
  });
});
