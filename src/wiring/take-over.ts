import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { issue } from '../../jobs/issue-ticket.ts';
import { inWords } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Deployment } from '../core/ports/deployments.ts';
import type { World } from '../core/world.ts';

/** As many as an endpoint's document has: each may be restored by a rollback. */
const MOST = 100;

/**
 * Issues the tickets that are missing when the policy process starts. The first time ever, what is live or may be
 * restored gets one without votes, marked as taken over, so that the upgrade to tickets stops nothing. A file beside
 * the private key records that, since the registry could be edited to have it done again. Afterwards only requests
 * whose votes count today get a new one, e.g. when a key was revoked.
 * @param dir the folder of keys
 * @param publish the public keys: after all tickets are there, so that no gateway misses one
 */
export async function takeOver(
  world: World,
  dir: string,
  log: Pick<Log, 'info' | 'warn'>,
  publish: () => Promise<void>,
): Promise<void> {
  const done = join(dir, 'policy', 'taken-over');
  const isFirst = !existsSync(done);
  const models = new Set<string>();
  for (const deployment of await mayBeServed(world)) {
    const { model, version, environment, artifact, approval, kind } = deployment;
    const subject = { model, version, environment, artifact };
    const ofRequest = kind === 'promotion' && approval !== undefined ? { approval } : {};
    if (!isFirst && (await world.ticketCheck.whyNot({ ...subject, ...ofRequest })) === undefined)
      continue;
    const name = `${model} v${version} in ${environment}`;
    if (isFirst) await take(deployment, world);
    else if (approval !== undefined) {
      const failed = await issue(approval, world).then(() => undefined, inWords);
      if (failed !== undefined) {
        log.warn({}, `no ticket for ${name}, so it is not served after a restart: ${failed}`);
        continue;
      }
    } else continue;
    log.info({}, `issued the ticket of ${name}`);
    models.add(model);
  }
  await publish();
  if (isFirst) await writeFile(done, '', { mode: 0o600 });
  for (const model of models) await world.bus.publish('deployments', model);
}

/** What is live, and what a rollback may restore. */
async function mayBeServed({ models, environments, deployments }: World): Promise<Deployment[]> {
  const endpoints = models
    .list()
    .flatMap(({ name }) => environments.list().map((environment) => [name, environment] as const));
  const all = await Promise.all(
    endpoints.map(([model, environment]) => deployments.history(model, environment, MOST)),
  );
  const some = all.flat().filter(({ status }) => status === 'live' || status === 'superseded');
  // What is live is waited for.
  return some.toSorted((a, b) => Number(b.status === 'live') - Number(a.status === 'live'));
}

async function take(deployment: Deployment, world: World): Promise<void> {
  const { id, model, version, environment, artifact, approval: request } = deployment;
  const approval =
    request === undefined ? undefined : await world.approvals.get(request).catch(() => undefined);
  const order = {
    ...{ model, version, environment, artifact, takenOver: id },
    ...(request !== undefined && { approval: request }),
  };
  await world.notary.issue(order, approval, []);
  await world.audit.append({
    id: `taken-over-${id}`,
    by: 'wheelhouse',
    action: 'ticket.take-over',
    subject: id,
    ...{ model, environment, via: 'policy' },
    after: { version, artifact },
  });
}
