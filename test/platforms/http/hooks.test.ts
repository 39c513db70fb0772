import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHooks, type Delivery } from '../../../src/platforms/http/hooks.ts';
import { scriptedDispatch } from '../../fakes/dispatch.ts';
import { makeAdapters } from '../terminal/open-adapters.ts';

const hooks = createHooks();
const adapters = makeAdapters(undefined, { hooks });
let got: Delivery[] = [];
beforeAll(async () => {
  await adapters.start(scriptedDispatch({}));
  hooks.open('ours', async (delivery) => {
    got.push(delivery);
    return { status: 202, text: 'heard' };
  });
});
afterAll(() => adapters.stop());

const post = (name: string, body: string | Uint8Array<ArrayBuffer>, type = 'application/json') =>
  fetch(`${adapters.url()}/hooks/${name}`, {
    method: 'POST',
    body,
    headers: { 'content-type': type },
  });

describe('platforms/http/hooks', () => {
  it.each(['application/json', 'application/x-www-form-urlencoded', 'text/plain'])(
    'passes on the bytes as they came, whatever they are: %s',
    async (type) => {
      got = [];
      const bytes = Uint8Array.from([0x7b, 0x20, 0xff, 0x00, 0x0a]);
      const answer = await post('ours', bytes, type);
      expect(answer.status).toBe(202);
      expect(await answer.json()).toEqual({ ok: 'heard' });
      expect(got).toMatchObject([{ headers: { 'content-type': type } }]);
      expect(Buffer.from(got[0]?.body ?? [])).toEqual(Buffer.from(bytes));
    },
  );

  it('has nothing at an address that nobody opened, or that was closed', async () => {
    const close = hooks.open('passing', async () => ({ status: 200, text: 'ok' }));
    expect((await post('passing', '{}')).status).toBe(200);
    close();
    for (const name of ['passing', 'other', 'constructor', '../api/invocations'])
      expect((await post(name, '{}')).status).toBeGreaterThanOrEqual(400);
  });

  it('takes no more than a megabyte', async () => {
    got = [];
    const answer = await post('ours', 'x'.repeat(1024 * 1024 + 1));
    expect(answer.status).toBe(413);
    expect(await answer.json()).toEqual({
      error: 'It is larger than 1024 kB. Nothing was stored.',
    });
    expect(got).toEqual([]);
  });

  it('leaves the bodies of all other addresses alone', async () => {
    const answer = await fetch(`${adapters.url()}/api/invocations`, { method: 'POST', body: 'x' });
    expect([401, 415]).toContain(answer.status);
  });

  it('opens an address once', () => {
    expect(() => hooks.open('ours', async () => ({ status: 200, text: '' }))).toThrow(
      'open already',
    );
  });
});
