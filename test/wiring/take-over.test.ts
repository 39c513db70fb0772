import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openNotary } from '../../src/proof/notary.ts';
import { createTicketCheck } from '../../src/proof/ticket-check.ts';
import { takeOver } from '../../src/wiring/take-over.ts';
import { openHarness } from '../jobs/harness.ts';

const harness = await openHarness();
const { deployments, tickets, audit, clock } = harness;
afterAll(() => harness.end());

const PLACE = { model: 'flights', environment: 'production' };
const artifactOf = (version: number) => String(version).repeat(64);
const place = (version: number) =>
  deployments.deploy({
    ...{ ...PLACE, id: `deployment-${version}`, version, artifact: artifactOf(version) },
    ...{ by: 'dev', reason: 'approved', approval: `approval-${version}` },
  });

/** The policy process starts with its own state folder. */
async function start(dir: string) {
  const policy = 'f'.repeat(64);
  const { notary, publish } = await openNotary({ tickets, audit, clock, policy, dir });
  const ticketCheck = createTicketCheck(tickets, dir);
  const warned: string[] = [];
  const log = { info: () => {}, warn: (_: object, words: string) => warned.push(words) };
  await takeOver(harness.worldWith({ notary, ticketCheck }), dir, log, publish);
  const why = (version: number, environment = 'production') =>
    createTicketCheck(tickets, dir).whyNot({
      ...{ ...PLACE, version, environment, artifact: artifactOf(version) },
      approval: `approval-${version}`,
    });
  return { why, warned };
}

it('takes over what is live and what may be restored, once, and nothing that comes later', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'wheelhouse-keys-'));
  await place(1);
  await place(2);
  await place(3);
  await deployments.rollBack({
    ...{ ...PLACE, id: 'back', by: 'dev', reason: 'worse', replaces: 'deployment-3' },
  });
  const first = await start(dir);
  expect([await first.why(1), await first.why(2)]).toEqual([undefined, undefined]);
  // A version that was rolled back must not come back.
  expect(await first.why(3)).toContain('there is no valid ticket for flights v3');
  expect(await first.why(1, 'staging')).toContain('there is no valid ticket');
  const events = (await audit.list({ model: 'flights' })).map(({ action }) => action);
  expect(events.filter((action) => action === 'ticket.take-over')).toHaveLength(3);

  await place(4); // past the job that waits for a ticket
  const second = await start(dir);
  expect(await second.why(2)).toBeUndefined();
  expect(await second.why(4)).toContain('there is no valid ticket for flights v4');
  expect(second.warned).toEqual([
    expect.stringContaining('no ticket for flights v4 in production'),
  ]);
});
