import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPredictionReader } from '../../src/wiring/prediction-reader.ts';
import { answered, openLog } from '../serving/rows.ts';
import { openDesk } from './desk.ts';

let desk: Awaited<ReturnType<typeof openDesk>>;
let dir: string;
beforeAll(async () => {
  desk = await openDesk();
  dir = await mkdtemp(join(tmpdir(), 'wheelhouse-explain-'));
  const log = openLog(dir);
  // The sample rows are answered by v3.
  for (const run of ['run-1', 'run-2', 'run-3']) await desk.addVersion(run);
  for (const id of ['one', "it's", 'twice', 'twice', 'batch#0', 'batch#1', 'batches#0'])
    log.predictions(answered(id, id.length, 5, 3));
  log.predictions({ ...answered('twice', 9, 5, 3), model: 'delay' });
  await log.close();
  const version = await desk.registry.versions.resolve('flights', '3');
  const approval = await desk.registry.approvals.request({
    ...{ id: 'approval-3', model: 'flights', version: 3, environment: 'production' },
    ...{ requestedBy: 'dev', needed: 1 },
  });
  const gates = [{ name: 'AUC', passed: true, words: 'AUC is 0.71.' }];
  const evidence = {
    artifact: version.artifact.sha256,
    gates,
    metrics: {},
    digest: 'e'.repeat(64),
  };
  await desk.registry.approvals.open(approval.id, evidence, new Date(Date.now() + 3_600_000));
  const at = new Date();
  const vote = { person: 'lead', verdict: 'approve', at, via: 'slack' } as const;
  await desk.registry.approvals.vote(approval.id, vote);
  await desk.goLive(3, version.artifact.sha256);
  Object.defineProperties(desk.world, {
    predictions: { value: createPredictionReader(dir, 'production') },
    tickets: { value: desk.registry.tickets },
  });
});
afterAll(async () => {
  await desk?.close();
  await rm(dir, { recursive: true, force: true });
});

describe('explain', () => {
  it('goes from a prediction to its version, data, run, gates and votes', async () => {
    const { card, data } = await desk.say('lead', 'explain one');
    expect(card.title).toMatch(/^flights v3 answered .* in production$/);
    const facts = Object.fromEntries((card.facts ?? []).map(({ label, value }) => [label, value]));
    expect(facts).toMatchObject({
      Features: 'x 5',
      Trained: expect.stringMatching(/by dev, run-3, abc$/),
      'Trained on': expect.stringMatching(/^10 rows, 1 Jan 2001 to 31 Jan 2001, data d{12}$/),
      'Went live': expect.stringContaining('promoted by dev'),
      Votes: 'lead ✓ approves (slack)',
      Evidence: 'e'.repeat(12),
      Ticket: 'unknown',
    });
    expect(card.table?.rows).toEqual([['AUC', 'yes', 'AUC is 0.71.']]);
    expect(data).toMatchObject({
      prediction: { id: 'one', version: 3 },
      version: { run: 'run-3' },
    });
  });

  it('finds IDs of any spelling, and says if there are several', async () => {
    expect((await desk.call('lead', 'explain', { prediction: "it's" })).card.footer).toBe(
      "Prediction it's",
    );
    const { card, data } = await desk.say('lead', 'explain twice');
    expect(card.text).toBe('3 logged answers have this ID; this is the newest.');
    expect(data).toMatchObject({ found: [{}, {}, { model: 'delay' }] });
    const one = await desk.say('lead', 'explain twice flights');
    expect(one.card.text).toBe('2 logged answers have this ID; this is the newest.');
  });

  it('finds the rows of a request by the ID of the request', async () => {
    expect((await desk.say('lead', 'explain batch')).card.footer).toBe('Prediction batch#1');
  });

  it('says that it is not in the log', async () => {
    expect((await desk.say('lead', 'explain nobody')).card.title).toMatch(
      /^No prediction with the ID "nobody" is in the log\./,
    );
  });
});
