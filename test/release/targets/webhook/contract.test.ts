import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signedHeaders } from '../../../../src/core/signed-message.ts';
import { targetKindOf } from '../../../../src/release/targets/index.ts';
import { createRunFolders } from '../../../../src/training/folders.ts';
import { createPrograms } from '../../../../src/training/process.ts';
import { createTargets } from '../../../../src/wiring/targets.ts';
import { NO_GATEWAYS, targetContract, WANTED } from '../../../contracts/target.ts';
import { flights } from '../../../training/spec.ts';
import { openReceiver, SECRET } from '../receiver.ts';

targetContract('webhook', {
  async open() {
    const receiver = await openReceiver();
    return {
      settings: { url: receiver.url, secret_env: 'EDGE_SECRET', observe_url: receiver.url },
      wanted: WANTED,
      async tamper(version) {
        receiver.report = JSON.stringify({ stable: version && { version } });
      },
      async obey() {
        receiver.report = JSON.stringify(receiver.got.at(-1)?.state);
      },
      async breakDown() {
        receiver.hangs = false;
        receiver.status = 503;
      },
      close: receiver.close,
      told: {
        got: async () => [...receiver.got],
        async hang() {
          receiver.hangs = true;
        },
      },
      relayed: {
        got: async () => receiver.got.map(({ id, state }) => ({ id, state })),
        async report(text) {
          receiver.report = text;
        },
      },
    };
  },
  blind: ({ observe_url: _, ...settings }) => settings,
  environment: { EDGE_SECRET: SECRET },
});

describe('the webhook', () => {
  let receiver: Awaited<ReturnType<typeof openReceiver>>;
  beforeAll(async () => {
    receiver = await openReceiver();
  });
  afterAll(() => receiver.close());

  const runFolders = createRunFolders('/nowhere');
  const apply = (secret = SECRET) => {
    const { schema } = targetKindOf('webhook');
    const settings = { kind: 'webhook', url: receiver.url, secret_env: 'EDGE_SECRET' };
    const targets = createTargets({
      ...{ runFolders, programs: createPrograms(runFolders), ...NO_GATEWAYS },
      ...{ environment: { EDGE_SECRET: secret }, now: () => new Date('2026-11-30T12:00:00.900Z') },
    });
    const { signal } = new AbortController();
    const how = { id: 'apply-1', model: flights, signal };
    return targets.apply({ name: 'edge', ...schema.parse(settings) }, WANTED, how);
  };

  it('signs as the example of Standard Webhooks does', () => {
    // From the test vectors of the reference libraries.
    const headers = signedHeaders('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      at: new Date(1_614_265_330_000),
      body: '{"test": 2432232314}',
    });
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('has its time in whole seconds', async () => {
    await apply();
    expect(receiver.got.at(-1)?.at).toBe(Date.parse('2026-11-30T12:00:00Z') / 1000);
  });

  it('is refused with another secret', async () => {
    await expect(apply('another secret')).rejects.toThrow(/127\.0\.0\.1:\d+ answered 401/);
    expect(receiver.forged).toEqual(['apply-1']);
  });

  it('does not follow a redirect', async () => {
    const before = receiver.got.length;
    receiver.status = 307;
    await expect(apply()).rejects.toThrow(/answered 307/);
    expect(receiver.got.length).toBe(before);
  });

  it.each([
    ['a password', { url: 'https://me:pass@example.com' }, 'must not contain a password'],
    ['another protocol', { url: 'file:///etc/passwd' }, 'expected an address such as'],
    ['a secret in the file', { secret_env: 'whsec_abc' }, 'not the secret itself'],
    ['a name that hides nothing', { secret_env: 'EDGE' }, 'with SECRET or TOKEN in it'],
  ])('refuses %s', (_, change, words) => {
    const { schema } = targetKindOf('webhook');
    const settings = { kind: 'webhook', url: 'https://example.com', secret_env: 'EDGE_SECRET' };
    const { error } = schema.safeParse({ ...settings, ...change });
    expect(error?.message).toContain(words);
  });
});
