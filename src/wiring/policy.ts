import { jobs as declared } from '../../jobs/index.ts';
import { systemClock } from '../core/clock.ts';
import type { Notary } from '../core/ports/tickets.ts';
import { retireRevoked, revokedKeys } from '../proof/key-files.ts';
import { openNotary } from '../proof/notary.ts';
import type { Container } from './container.ts';
import { watchKeys } from './key-watch.ts';
import { closingCopies } from './objects.ts';
import type { Running } from './role.ts';
import { takeOver } from './take-over.ts';

/** Shorter than a role has to end. */
const GRACE_MS = 3000;

/**
 * Signs the tickets without which nothing is served. The only process with their key. If that is revoked, it makes
 * another one and issues new tickets for what votes still allow.
 */
export async function startPolicy(container: Container): Promise<Running> {
  const { registry, workspace, queue, keys, log } = container;
  const { tickets, audit } = registry;
  const parts = { tickets, audit, clock: systemClock, policy: workspace.sha256, dir: keys };
  await retireRevoked(keys, 'policy');
  let office = await openNotary(parts);
  const notary: Notary = {
    heard: (...given) => office.notary.heard(...given),
    issue: (...given) => office.notary.issue(...given),
  };
  /** A world of its own has read no keys yet. */
  const issueMissing = () =>
    takeOver(container.world([], { notary }), keys, log, () => office.publish());
  await issueMissing();
  const lane = queue.work('policy', closingCopies(declared), container.world([], { notary }));

  /** New tickets are missing since the last attempt failed. */
  let due = false;
  const recorded = new Set<string>();
  async function look(): Promise<void> {
    for (const id of await revokedKeys(keys)) {
      if (recorded.has(id)) continue;
      const event = { id: `key-revoked-${id}`, by: 'wheelhouse', via: 'policy' };
      await audit.append({ ...event, action: 'key.revoke', subject: `key:${id}` });
      recorded.add(id);
    }
    if (await retireRevoked(keys, 'policy')) {
      log.warn({}, 'a key of the policy process was revoked: it makes another one');
      due = true;
    }
    if (!due) return;
    office = await openNotary(parts);
    await issueMissing();
    due = false;
  }
  const unwatch = watchKeys(look, (err) => log.error({ err }, 'looking for revoked keys'));
  return {
    ready: {},
    async stop() {
      await Promise.all([unwatch(), lane.close(GRACE_MS)]);
    },
  };
}
