import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tellQuarantine } from '../../jobs/tell-quarantine.ts';
import { openHarness } from './harness.ts';

const harness = await openHarness();
afterAll(() => harness.end());
const { sha256 } = { sha256: 'a'.repeat(64) };

beforeAll(async () => {
  for (const run of ['run-1', 'run-2'])
    await harness.versions.register({
      ...{ model: 'flights', run, artifact: { sha256, bytes: 1 }, parameters: {}, reported: {} },
      dataset: { window: harness.spec.training.window, sha256, rows: 1 },
      ...{ code: { revision: 'abc', dirty: false }, runtime: {}, createdBy: 'dev' },
    });
  await harness.registry.quarantines.add({
    ...{ deployment: 'deployment-2', model: 'flights', environment: 'production', version: 2 },
    ...{ artifact: sha256, fault: 'hung', words: 'It did not answer a request within 4 s.' },
    at: harness.clock.now(),
  });
});

describe('jobs/tell-quarantine', () => {
  it('tells the channel what happened, which version answers, and what to do next', async () => {
    const gateway = {
      urlOf: () => 'http://127.0.0.1:1',
      serving: async () => ({ version: 1, deployment: 'deployment-1' }),
      problem: async () => undefined,
      behind: async () => [],
    };
    for (let twice = 0; twice < 2; twice += 1)
      expect(
        await harness.perform(tellQuarantine, { deployment: 'deployment-2' }, { gateway }),
      ).toBeUndefined();
    const card = await harness.shown('quarantine:deployment-2');
    expect(card).toMatchObject({
      title: 'flights v2 was taken out of service',
      tone: 'danger',
      text: expect.stringMatching(
        /did not answer a request within 4 s\. v1 is serving in production/,
      ),
      actions: [
        { command: 'rollback', argument: 'flights --from deployment-2 --in production' },
        { command: 'logs', argument: 'run-2' },
      ],
    });
    const events = await harness.audit.list({ subject: 'deployment-2' });
    expect(events.map(({ action }) => action)).toEqual(['version.quarantine']);
  });
});
