import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { endRollout, rollBack } from '../../jobs/declared/index.ts';
import { deploy } from '../../jobs/deploy.ts';
import { handleInbound } from '../../jobs/inbound.ts';
import { WaitedTooLong } from '../../src/core/errors.ts';
import { digestOfEvidence } from '../../src/core/evidence.ts';
import { toJson } from '../../src/core/json.ts';
import type { InboundEvent } from '../../src/core/platform.ts';
import type { Approval } from '../../src/core/ports/approvals.ts';
import { seal } from '../../src/proof/envelope.ts';
import { createJobOpener, sealJob } from '../../src/proof/job-seal.ts';
import { openPrivateKey } from '../../src/proof/key-files.ts';
import { privateKeyOf } from '../../src/proof/keys.ts';
import { sealReceipt } from '../../src/proof/receipt.ts';
import { openTicket, sealTicket } from '../../src/proof/ticket.ts';
import { createTicketCheck } from '../../src/proof/ticket-check.ts';
import { createUnsealing } from '../../src/queue/sealed.ts';
import { createIsolatedGateway } from '../../src/serving/isolation/controller.ts';
import { askedAtTheSwitch } from '../../src/wiring/at-the-switch.ts';
import { createLiveVersions } from '../../src/wiring/live-versions.ts';
import { forkChallenger, forkInference } from '../compiled/fork.ts';
import { openHarness } from '../jobs/harness.ts';
import { biased, request, rows } from '../serving/world.ts';

/**
 * An attacker who can read and write the whole database tries to put a version into service. Version 1 was approved; 2
 * and 3 were not. The policy process, the deployment and the gateway are the real ones.
 */
const harness = await openHarness();
const { approvals, artifacts, audit, clock, deployments, keys, registry, tickets } = harness;
const db = await harness.connect();
const PLACE = { model: 'flights', environment: 'production' };
const hashes: string[] = [];
let asked = 0;

/** What a role `serve` reads as live in a process that has just started. */
function feed() {
  const ticketCheck = createTicketCheck(tickets, keys);
  return createLiveVersions(
    deployments,
    harness.endpoints,
    harness.models,
    harness.bus,
    askedAtTheSwitch({ ...harness, ticketCheck }),
    ticketCheck,
  );
}
const admitted = async () =>
  (await feed().list()).find(({ environment }) => environment === 'production');

let answering: { stop(): Promise<void> } | undefined;
afterAll(async () => {
  await answering?.stop();
  await harness.end();
});

async function opened(version: number, environment = 'production'): Promise<Approval> {
  asked += 1;
  const { id } = await approvals.request({
    ...{ id: `approval-${asked}`, model: 'flights', version, environment },
    ...{ requestedBy: 'dev', needed: 1 },
  });
  const shown = { artifact: hashes[version - 1] ?? '', gates: [], metrics: { auc: 0.7 } };
  const evidence = { ...shown, digest: digestOfEvidence(shown) };
  await approvals.open(id, evidence, new Date(clock.now().getTime() + 3_600_000));
  await audit.append({
    ...{ id: `gates-${id}`, by: 'dev', action: 'promotion.requested', subject: id, via: 'queue' },
    after: { version, evidence: evidence.digest },
  });
  return approvals.get(id);
}

/** Writes to a request's document, past all checks of Wheelhouse. */
const edit = (id: string, change: Record<string, unknown>) =>
  db.collection<{ _id: string }>('approvals').updateOne({ _id: id }, { $set: change });
const carry = (id: string) => edit(id, { status: 'approved', active: false });

/** Each attack leaves an approved request; a worker finds it, as `tidy` would. */
async function refused(id: string): Promise<string> {
  const error = await harness.perform(deploy, { approval: id });
  expect((await deployments.live('flights', 'production'))?.version).toBe(1);
  expect((await tickets.of({ ...PLACE, version: 2 })).length).toBe(0);
  expect(await admitted()).toMatchObject({ version: 1 });
  return String(error);
}

beforeAll(async () => {
  for (const bias of [0, 1, 2]) {
    const artifact = await artifacts.putBytes(biased(bias));
    hashes.push(artifact.sha256);
    await registry.versions.register({
      ...{ model: 'flights', run: `run-${bias}`, artifact, parameters: {}, reported: {} },
      dataset: { window: { from: new Date(0), to: new Date(1) }, sha256: 'd', rows: 1 },
      ...{ code: { revision: 'r', dirty: false }, runtime: {}, createdBy: 'dev' },
    });
  }
  for (const environment of ['production', 'staging']) {
    const { id } = await opened(1, environment);
    const voted = await harness.vote(id, 'lead');
    if (voted) await approvals.decide(voted, 'approved', 'Approved by lead.');
    expect(await harness.perform(deploy, { approval: id })).toBeUndefined();
  }
  expect(await admitted()).toMatchObject({ version: 1, before: [] });
  expect(await admitted()).not.toHaveProperty('refused');
});

describe('an edited request deploys nothing', () => {
  const vote = { person: 'lead', verdict: 'approve', via: 'slack' } as const;

  it('with a vote that was written into it', async () => {
    const { id } = await opened(2);
    await approvals.vote(id, { ...vote, at: clock.now() });
    await carry(id);
    expect(await refused(id)).toContain('lead’s vote does not count: it has no receipt.');
  });

  it('with a vote replayed from an older request', async () => {
    const older = (await approvals.list({ model: 'flights' })).find(
      ({ id }) => id === 'approval-1',
    );
    const { id } = await opened(2);
    const [old] = older?.votes ?? [];
    if (old) await approvals.vote(id, old);
    await carry(id);
    expect(await refused(id)).toContain('its receipt names another request');
  });

  it('with a receipt that is signed by a key of their own', async () => {
    const request = await opened(2);
    const key = privateKeyOf(
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    );
    const forged = { ...vote, at: clock.now() };
    const receipt = toJson(sealReceipt(request, forged, key));
    await approvals.vote(request.id, { ...forged, receipt });
    await carry(request.id);
    expect(await refused(request.id)).toContain('None of the trusted keys signed it');
  });

  it('with somebody’s rejection turned into an approval, or under the name of another person', async () => {
    const { id } = await opened(2);
    await harness.vote(id, 'lead', 'reject');
    await edit(id, { 'votes.lead.verdict': 'approve' });
    await carry(id);
    expect(await refused(id)).toContain('its receipt names another verdict');

    const other = await opened(2);
    const voted = await harness.vote(other.id, 'dev');
    const own = voted?.votes[0];
    if (own) await approvals.vote(other.id, { ...own, person: 'lead' });
    await edit(other.id, { requestedBy: 'dev' });
    await carry(other.id);
    expect(await refused(other.id)).toContain('its receipt names another person');
  });

  it('with a rejection deleted, or a withdrawn vote put back', async () => {
    const rejected = await opened(2);
    const act = async (id: string, by: string, action: 'reject' | 'withdrawn') =>
      audit.append({
        ...{ id: `${action}-${id}`, by, action: `approval.${action}`, subject: id, via: 'slack' },
        after: { at: clock.now().toISOString() },
      });
    await harness.vote(rejected.id, 'lead');
    await act(rejected.id, 'ops', 'reject');
    await carry(rejected.id);
    expect(await refused(rejected.id)).toContain('ops rejected approval-');

    const withdrawn = await opened(2);
    const voted = await harness.vote(withdrawn.id, 'lead');
    const [mine] = voted?.votes ?? [];
    if (mine) await approvals.withdraw(withdrawn.id, mine);
    await act(withdrawn.id, 'lead', 'withdrawn');
    if (mine) await approvals.vote(withdrawn.id, mine);
    await carry(withdrawn.id);
    expect(await refused(withdrawn.id)).toContain('it was withdrawn or replaced');
  });

  it('with another model file, swapped before the vote or after it', async () => {
    const before = await opened(2);
    const swapped = { ...before.evidence, artifact: hashes[2] ?? '', digest: '' };
    const shown = { artifact: swapped.artifact, gates: [], metrics: { auc: 0.7 } };
    await edit(before.id, { evidence: { ...shown, digest: digestOfEvidence(shown) } });
    await harness.vote(before.id, 'lead');
    await carry(before.id);
    await setArtifact(2, hashes[2]);
    expect(await refused(before.id)).toContain('not what was recorded when people were asked');
    await setArtifact(2, hashes[1]);

    const after = await opened(2);
    await harness.vote(after.id, 'lead');
    await edit(after.id, { 'evidence.artifact': hashes[2] });
    await carry(after.id);
    await setArtifact(2, hashes[2]);
    expect(await refused(after.id)).toContain('was changed after it was shown');
    await setArtifact(2, hashes[1]);

    // Only the file: another one was approved.
    const file = await opened(2);
    await harness.vote(file.id, 'lead');
    await carry(file.id);
    await setArtifact(2, hashes[2]);
    expect(await refused(file.id)).toContain('is not the artifact that was approved');
    await setArtifact(2, hashes[1]);
  });

  it('with a better result in what voters saw, or another requester', async () => {
    const better = await opened(2);
    await harness.vote(better.id, 'lead');
    await edit(better.id, { 'evidence.metrics.auc': 0.99 });
    await carry(better.id);
    expect(await refused(better.id)).toContain('was changed after it was shown');

    const own = await opened(2);
    await edit(own.id, { requestedBy: 'ops' });
    await harness.vote(own.id, 'lead');
    await carry(own.id);
    expect(await refused(own.id)).toContain('was requested by dev, not by ops');
  });

  const setArtifact = (version: number, sha256 = '') =>
    db
      .collection<{ _id: string }>('versions')
      .updateOne({ _id: `flights@${version}` }, { $set: { 'artifact.sha256': sha256 } });
});

describe('an edited endpoint serves nothing', () => {
  const id = 'deployment-forged';
  const row = (change: Record<string, unknown> = {}) => ({
    ...{ _id: id, ...PLACE, version: 2, artifact: hashes[1], status: 'live', kind: 'promotion' },
    ...{ by: 'lead', reason: 'approved', approval: 'approval-1', since: new Date(0), position: 2 },
    ...change,
  });
  const collection = (name: string) => db.collection<{ _id: string }>(name);

  /** Puts the forged deployment on top, as if it had replaced version 1. */
  async function forge(change: Record<string, unknown>, of = 'flights/production') {
    const before = await collection('endpoints').findOne({ _id: of });
    const stack: unknown = before && Reflect.get(before, 'stack');
    const top = Array.isArray(stack) ? stack : [];
    await collection('deployments').insertOne(row(change));
    await collection('endpoints').updateOne(
      { _id: of },
      { $set: { stack: [...top, id] }, $inc: { revision: 1 } },
    );
    return async () => {
      await collection('deployments').deleteOne({ _id: id });
      if (before) await collection('endpoints').replaceOne({ _id: of }, before);
    };
  }

  it.each([
    ['as a promotion', {}, 'there is no valid ticket for flights v2 in production'],
    ['as a rollback', { kind: 'rollback' }, 'there is no valid ticket for flights v2'],
    ['under the number of the approved version', { version: 1 }, 'one is for another model file'],
  ])('that was written %s: the last good version answers', async (_, change, why) => {
    const undo = await forge({ ...change, artifact: hashes[1] });
    const live = await admitted();
    await undo();
    expect(live?.refused).toContain(why);
    expect(live?.before).toMatchObject([{ version: 1, artifact: hashes[0] }]);
  });

  it('with a history that was written too', async () => {
    const undo = await forge({});
    await collection('deployments').insertOne(
      row({
        _id: 'deployment-past',
        version: 3,
        artifact: hashes[2],
        status: 'superseded',
        position: 1.5,
      }),
    );
    const live = await admitted();
    await collection('deployments').deleteOne({ _id: 'deployment-past' });
    await undo();
    expect(live?.before).toMatchObject([{ version: 1 }]);
  });

  it('whose document is changed after it was admitted', async () => {
    const versions = feed();
    expect((await versions.list()).map(({ refused: why }) => why)).toEqual([undefined, undefined]);
    const live = await deployments.live('flights', 'production');
    const set = (artifact = '') =>
      collection('deployments').updateOne({ _id: live?.id ?? '' }, { $set: { artifact } });
    await set(hashes[2]);
    const [changed] = await versions.list();
    await set(hashes[0]);
    expect(changed?.refused).toContain('one is for another model file');
  });

  it('in a gateway that is answering', async () => {
    const problems: string[] = [];
    const gateway = createIsolatedGateway({
      ...{ live: feed(), quarantines: registry.quarantines },
      ...{ fork: forkInference, forkChallenger },
      ...{ host: '127.0.0.1', port: 0, onProblem: ({ message }) => problems.push(message) },
      settings: {
        artifacts: join(harness.root, 'artifacts'),
        log: join(harness.root, 'log'),
        environments: ['production', 'staging'],
        first: 'production',
      },
    });
    await gateway.start();
    answering = gateway;
    const answers = async () => {
      const { body } = await request(
        `${gateway.address}/v2/models/flights/infer`,
        rows([[0, 'AA']]),
      );
      return /"model_version":"(\d+)"/.exec(JSON.stringify(body))?.[1];
    };
    await expect.poll(answers).toBe('1');
    const undo = await forge({});
    const seen = new Set<string | undefined>();
    await expect
      .poll(async () => seen.add(await answers()) && problems, { timeout: 60_000 })
      .toEqual([expect.stringContaining('there is no valid ticket for flights v2 in production')]);
    for (let round = 0; round < 20; round += 1) seen.add(await answers());
    await undo();
    expect([...seen]).toEqual(['1']);
  });
});

/** An attacker who can read and write all of Redis acts in the name of another person. */
describe('an order that was written into the queue', () => {
  const said = (user: string): InboundEvent => ({
    what: {
      invocation: {
        ...{ id: `event-${user}`, command: 'approve', input: 'approval-1' },
        ...{ by: { platform: 'slack', user }, from: { platform: 'slack', channel: 'C1' } },
      },
    },
    to: null,
  });
  const genuine = (job = 'inbound', at = new Date()) =>
    openPrivateKey(keys, 'witness').then((key) => sealJob(job, said('U1'), at, key));
  const heard: InboundEvent[] = [];
  const errors: string[] = [];

  /** What the lane's worker does with a stored job. */
  async function work(stored: unknown) {
    const log = { error: () => {} };
    const unsealed = createUnsealing({ log, open: createJobOpener(keys) });
    const inboundHandler = { handle: async (event: InboundEvent) => void heard.push(event) };
    const world = harness.worldWith({ inboundHandler });
    const { signal } = new AbortController();
    try {
      await handleInbound.perform(await unsealed(handleInbound, stored), world, signal);
    } catch (error) {
      errors.push(String(error));
      const payload = error instanceof WaitedTooLong ? error.payload : stored;
      await handleInbound.giveUp(payload, error, world).catch(() => undefined);
    }
    return errors.at(-1);
  }
  beforeEach(() => {
    heard.length = 0;
    errors.length = 0;
  });

  it('is done if the bot signed it, once', async () => {
    const stored = await genuine();
    for (const _ of [1, 2]) await work(stored);
    expect(heard).toEqual([said('U1')]);
    expect(errors).toEqual([]);
  });

  it.each<[string, () => unknown, string]>([
    ['without a signature', () => said('LEAD'), 'The job "inbound" is not signed'],
    [
      'under the signature of another event',
      async () => {
        const other = sealJob('inbound', said('LEAD'), new Date(), await stranger());
        const signatures = Reflect.get(
          Object(Reflect.get(Object(await genuine()), 'signed')),
          'signatures',
        );
        return { signed: { ...Object(Reflect.get(Object(other), 'signed')), signatures } };
      },
      'None of the trusted keys signed it',
    ],
    [
      'under a key of their own',
      async () => sealJob('inbound', said('LEAD'), new Date(), await stranger()),
      'None of the trusted keys signed it',
    ],
    [
      'under the key of tickets',
      async () =>
        sealJob('inbound', said('LEAD'), new Date(), await openPrivateKey(keys, 'ticket')),
      'None of the trusted keys signed it',
    ],
    [
      'that was signed for another job',
      () => genuine('roll-back'),
      'signed for the job "roll-back"',
    ],
    [
      'with the receipt of a vote',
      async () => ({ signed: (await approvals.get('approval-1')).votes[0]?.receipt }),
      'Its payload type is',
    ],
    ['of two hours ago', () => genuine('inbound', ago(2)), 'waited too long'],
  ])('is refused %s', async (_, make, words) => {
    expect(await work(await make())).toContain(words);
    expect(heard).toEqual([]);
  });

  it('is refused when the key of the bot is revoked', async () => {
    const stored = await genuine('inbound', ago(0.1));
    const key = await openPrivateKey(keys, 'witness');
    await writeFile(join(keys, 'revoked'), key.id);
    const why = await work(stored);
    await writeFile(join(keys, 'revoked'), '');
    expect(why).toContain('None of the trusted keys signed it');
  });

  it('tells whoever said something too long ago', async () => {
    await work(await genuine('inbound', ago(3)));
    expect((await harness.shown('answer:slack-event-U1'))?.title).toMatch(
      /^This was asked for at .* UTC and waited too long, so nothing was done\. Ask again/,
    );
  });

  it('cannot be queued by a process that hears nobody', async () => {
    const { signedForMs } = handleInbound;
    expect([rollBack, endRollout, handleInbound].map((job) => job.signedForMs)).toEqual(
      Array(3).fill(signedForMs),
    );
    expect(signedForMs).toBeGreaterThan(0);
  });

  const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000);
  const stranger = async () =>
    privateKeyOf(
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    );
});

describe('a ticket is for one thing', () => {
  const subject = (change = {}) => ({ ...PLACE, version: 1, artifact: hashes[0] ?? '', ...change });
  const why = (change = {}) => createTicketCheck(tickets, keys).whyNot(subject(change));
  const stored = async (environment = 'production') =>
    (await tickets.of({ model: 'flights', version: 1, environment }))[0];

  it('of that version in that environment, and names what it rests on', async () => {
    expect(await why()).toBeUndefined();
    const ticket = await stored();
    const key = await openPrivateKey(keys, 'ticket');
    expect(openTicket(ticket?.envelope, [key])).toMatchObject({
      ...{ ...subject(), request: 'approval-1', requestedBy: 'dev', key: key.id },
      votes: [{ person: 'lead', platform: 'web' }],
      audit: { sequence: expect.any(Number), hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  });

  it.each([
    ['another environment', { environment: 'preview' }, 'one is for production'],
    ['another version', { version: 2 }, 'one is for flights v1'],
    ['another model', { model: 'fares' }, 'one is for flights v1'],
  ])('and is refused for %s', async (_, change, words) => {
    const ticket = await stored();
    if (!ticket) throw new Error('there is no ticket');
    const copy = { ...ticket, ...change, id: `copy-${JSON.stringify(change)}` };
    await tickets.add(copy);
    expect(await why(change)).toContain(words);
    await db.collection<{ _id: string }>('tickets').deleteOne({ _id: copy.id });
  });

  it('and not for a promotion by another request', async () => {
    expect(await why({ approval: 'approval-1' })).toBeUndefined();
    expect(await why({ approval: 'approval-99' })).toContain('another request (approval-1)');
  });

  it('unless its key is revoked, or nobody signed it, or it is of another type', async () => {
    const key = await openPrivateKey(keys, 'ticket');
    await writeFile(join(keys, 'revoked'), `# leaked\n${key.id.slice(0, 16)}\n`);
    expect(await why()).toContain('no key of a policy process is trusted here');
    await writeFile(join(keys, 'revoked'), 'the first key\n');
    await expect(why()).rejects.toThrow('a line that is not the ID of a key');
    await writeFile(join(keys, 'revoked'), '');
    expect(await why()).toBeUndefined();

    const ticket = await stored();
    const predicate = openTicket(ticket?.envelope, [key]);
    const bytes = Buffer.from(JSON.stringify({ predicate }));
    for (const envelope of [
      seal('application/json', bytes, key),
      seal('application/vnd.in-toto+json', bytes, key),
      sealTicket(predicate.artifact, predicate, await openPrivateKey(keys, 'witness')),
      ticket?.modelSignature,
    ])
      expect(() => openTicket(envelope, [key])).toThrow();
  });

  it('and without it the version is not served, and nothing else is either', async () => {
    const all = await db.collection('tickets').find().toArray();
    await db.collection('tickets').deleteMany({});
    const live = await admitted();
    await db.collection('tickets').insertMany(all);
    expect(live).toMatchObject({ version: 1, before: [] });
    expect(live?.refused).toBe(
      'there is no valid ticket for flights v1 in production, so flights v1 is not served.',
    );
  });
});
