import { once } from 'node:events';
import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { modelsOf } from '../../config/models.ts';
import { applyTarget } from '../../jobs/apply-target.ts';
import type { RunningWorker } from '../../src/queue/workers.ts';
import { targetKindOf } from '../../src/release/targets/index.ts';
import { watchTargets } from '../../src/wiring/target-watch.ts';
import { createTargets } from '../../src/wiring/targets.ts';
import { NO_GATEWAYS } from '../contracts/target.ts';
import { openDesk, until } from '../queue/desk.ts';
import { openHarness } from './harness.ts';

/** From the switch through the bus and the queue to a receiver that has only the secret and the reference library. */
const SECRET = `whsec_${Buffer.from('a secret of the receiver').toString('base64')}`;
const harness = await openHarness();
const desk = await openDesk();
const { audit, deployments, notary } = harness;

interface Got {
  id: string;
  type: string;
  version: number | undefined;
}
const got: Got[] = [];
const refused: string[] = [];
/** Statuses that it answers with before it accepts; the last one repeats. */
let answers = [202];
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  const id = headers['webhook-id'] ?? '';
  try {
    // Throws for an invalid signature or timestamp.
    new Webhook(SECRET).verify(body, headers);
  } catch {
    refused.push(id);
    response.writeHead(401).end();
    return;
  }
  expect(() => new Webhook(SECRET).verify(`${body} `, headers)).toThrow('No matching signature');
  const { type, data } = JSON.parse(body);
  const status = (answers.length > 1 ? answers.shift() : answers[0]) ?? 500;
  got.push({ id, type, version: data.stable?.version });
  response.writeHead(status).end();
});

let worker: RunningWorker;
let watch: ReturnType<typeof watchTargets>;
let publish: () => Promise<void>;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('it does not listen');
  const settings = { url: `http://127.0.0.1:${address.port}/hook`, secret_env: 'EDGE_SECRET' };
  const edge = {
    ...{ name: 'edge', ...targetKindOf('webhook').schema.parse({ kind: 'webhook', ...settings }) },
  };
  const models = modelsOf([{ ...harness.spec, targets: [edge], environments: NO_STAGING }]);
  const queue = await desk.open();
  const { programs, runFolders, quarantines, registry } = harness;
  const targets = createTargets({
    ...{ programs, runFolders, quarantines, gateways: registry.gateways, bus: queue.bus },
    ...{ registered: NO_GATEWAYS.registered, uriOf: NO_GATEWAYS.uriOf },
    ...{ now: () => new Date(), environment: { EDGE_SECRET: SECRET } },
  });
  const { bus, jobs } = queue;
  const world = harness.worldWith({ models, targets, bus, jobs });
  worker = queue.work('delivery', [applyTarget], world);
  watch = watchTargets(world, desk.log);
  publish = () => bus.publish('deployments', 'flights');
});
const NO_STAGING = { staging: { targets: [] } };
afterAll(async () => {
  await watch.destroy();
  await worker.close(5000);
  server.closeAllConnections();
  server.close();
  await desk.close();
  await harness.end();
});

async function goLive(version: number) {
  const approval = `approval-${version}`;
  const subject = {
    ...{ model: 'flights', environment: 'production', version, approval },
    artifact: String(version).repeat(64).slice(0, 64),
  };
  await notary.issue(subject, undefined, []);
  const order = { id: `deployment-${version}`, ...subject, by: 'dev', reason: 'test' };
  await deployments.deploy(order);
  await publish();
}

const events = async () =>
  (await audit.list({ subject: 'target:flights/production/edge' }))
    .map(({ action }) => action)
    .toReversed();

it('tells a switch, again after a refusal with the same ID, and each state once', async () => {
  answers = [503, 202];
  await goLive(1);
  await until('it was applied', async () => (await events()).length === 1);
  const [first, second, ...more] = got;
  expect(first).toMatchObject({ type: 'endpoint.wanted', version: 1 });
  expect(second).toEqual(first);
  expect(more).toEqual([]);
  // Unchanged state is not news.
  for (const _ of [1, 2, 3]) await publish();
  await goLive(2);
  await until('the next was applied', async () => (await events()).length === 2);
  expect(got.slice(2).map(({ version }) => version)).toEqual([2]);
  expect(refused).toEqual([]);
});

it('ends with what is live last, however fast it changes, and with nothing in the end', async () => {
  for (const version of [3, 4, 5, 6]) await goLive(version);
  await until('the last was applied', () => got.at(-1)?.version === 6);
  const live = await deployments.live('flights', 'production');
  const order = { deployment: live?.id ?? '', by: 'dev', reason: 'out of service' };
  await deployments.undeploy({ ...order, model: 'flights', environment: 'production' });
  await publish();
  await until('it was removed', async () => (await events()).at(-1) === 'target.remove');
  expect(got.at(-1)).toMatchObject({ type: 'endpoint.removed', version: undefined });
  const versions = got.map(({ version = 7 }) => version);
  expect(versions).toEqual(versions.toSorted());
  expect(new Set(got.map(({ id }) => id)).size).toBe(got.length - 1); // one was refused once
  expect(refused).toEqual([]);
});
