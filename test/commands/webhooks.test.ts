import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadWorkspace } from '../../config/workspace.ts';
import { openDesk } from './desk.ts';

const CI = { url: 'https://ci.example.com/hook/of-few', secret_env: 'CI_SECRET', events: ['*'] };

let desk: Awaited<ReturnType<typeof openDesk>>;
let folder = '';

/** The example with these webhooks. JSON is YAML. */
async function write(webhooks: object) {
  const example = await readFile('examples/flights/wheelhouse.yaml', 'utf8');
  await writeFile(
    join(folder, 'wheelhouse.yaml'),
    `${example}\nwebhooks: ${JSON.stringify(webhooks)}\n`,
  );
  return folder;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wheelhouse-webhooks-'));
  desk = await openDesk(await write({ ci: CI, quiet: { ...CI, url: 'https://example.com' } }));
  const { deliveries } = desk.registry;
  await deliveries.receiver('ci', async () => 40);
  for (const sequence of [41, 42])
    await deliveries.add(
      {
        ...{ receiver: 'ci', sequence, action: 'deployment.live', model: 'flights' },
        ...{ message: `evt_${sequence}`, body: '{}' },
      },
      desk.clock.now(),
    );
});
afterAll(async () => {
  await desk.close();
  await rm(folder, { recursive: true, force: true });
});

async function fail(id: string) {
  const { deliveries } = desk.registry;
  const begun = await deliveries.begin(await deliveries.get(id), desk.clock.now());
  const attempt = { at: desk.clock.now(), ms: 3, status: 500, problem: 'it answered 500' };
  if (begun) await deliveries.end(begun, attempt, { status: 'failed', nextAt: desk.clock.now() });
}

describe('/webhooks, /replay', () => {
  it('lists webhooks and deliveries, without the path of the address', async () => {
    const { card, data } = await desk.say('dev', 'webhooks');
    expect(card.table?.rows).toEqual([
      ['ci', 'ci.example.com', '*', 'on', '2', '0'],
      ['quiet', 'example.com', '*', 'nothing was sent yet', '0', '0'],
    ]);
    expect(JSON.stringify([card, data])).not.toContain('of-few');
    await fail('ci-41');
    const one = await desk.say('dev', 'webhooks ci --status failed');
    expect(one.card.table?.rows.map(([id, , , status]) => [id, status])).toEqual([
      ['ci-41', 'failed'],
    ]);
    expect(one.card.actions).toMatchObject([{ command: 'replay', argument: 'ci' }]);
  });

  it('sends one again, and records it', async () => {
    expect((await desk.say('dev', 'replay ci-41')).card.title).toMatch(/^ci-41 is sent again/);
    expect(await desk.registry.deliveries.get('ci-41')).toMatchObject({
      ...{ status: 'pending', attempts: 0, history: [{ status: 500 }] },
    });
    expect(desk.queued).toContainEqual({ job: 'deliver-webhooks', payload: { receiver: 'ci' } });
    expect(await desk.registry.audit.list({ subject: 'ci-41' })).toMatchObject([
      { action: 'webhook.replay', by: 'dev' },
    ]);
  });

  it('switches one on, and sends what it has not got', async () => {
    await fail('ci-42');
    const since = desk.clock.now();
    await desk.registry.deliveries.change('ci', () => ({
      ...{ failures: 4, failingSince: since, resumeAt: since, off: { since, why: 'it is gone' } },
    }));
    expect((await desk.say('dev', 'replay ci-42')).card).toMatchObject({ tone: 'warning' });
    expect((await desk.say('dev', 'replay ci')).card.title).toBe(
      'ci is on again. 2 events are sent again.',
    );
    const [state] = await desk.registry.deliveries.receivers();
    expect(state).toEqual({ name: 'ci', cursor: 40, revision: 3, failures: 0 });
    const shown = await desk.registry.outbox.load(`webhook:ci/${since.toISOString()}`);
    expect(shown?.state.card.title).toMatch(/switched the webhook ci on again/);
    expect((await desk.say('dev', 'replay quiet')).card.title).toBe(
      'Nothing was ever sent to quiet.',
    );
  });

  it.each<[string, object, RegExp]>([
    ['an unknown event', { events: ['deploymnt.live'] }, /Did you mean "deployment.live"/],
    ['an unknown model', { models: ['flihgts'] }, /models\[0\]: unknown: "flihgts"\. Did you/],
    ['an unknown environment', { environments: ['prod'] }, /environments\[0\]: unknown: "prod"/],
    ['an unknown channel', { channel: 'nowhere' }, /channel: /],
    ['a secret in the file', { secret_env: 'whsec_AAAA' }, /name of an environment variable/],
    ['no encryption', { url: 'http://example.com' }, /expected https/],
    ['a private address', { url: 'https://10.0.0.1/' }, /internal: true/],
    ['the metadata service', { url: 'http://169.254.169.254/', internal: true }, /nothing is ever/],
    ['an unknown key', { evnts: ['*'] }, /evnts: unknown key\. Did you mean "events"/],
  ])('refuses %s', async (_, change, words) => {
    await write({ ci: { ...CI, ...change } });
    await expect(loadWorkspace(folder)).rejects.toThrow(words);
  });

  it('refuses a name that could be a delivery, and more than can be served', async () => {
    await write({ 'ci-7': CI });
    await expect(loadWorkspace(folder)).rejects.toThrow(/ci-7: a name must not end with/);
    const many = Array.from({ length: 51 }, (_, at) => [`n${at}x`, CI]);
    await write(Object.fromEntries(many));
    await expect(loadWorkspace(folder)).rejects.toThrow(/at most 50 webhooks/);
  });

  it('takes two secrets, and names of commands', async () => {
    await write({
      ci: { ...CI, secret_env: ['NEW_SECRET', 'OLD_SECRET'], events: ['command.train'] },
    });
    const { webhooks } = await loadWorkspace(folder);
    expect(webhooks.get('ci')).toMatchObject({
      ...{ secrets: ['NEW_SECRET', 'OLD_SECRET'], events: ['command.train'] },
      homes: [{ platform: 'web', channel: 'general' }],
    });
  });
});
