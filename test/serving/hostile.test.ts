import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tailSegments } from '../../src/serving/log/tail.ts';
import { createClient } from './raw-client.ts';
import { foldersIn } from './rows.ts';
import { biased, createWorld, rows, type World } from './world.ts';

let world: World;
let send: ReturnType<typeof createClient>;
beforeAll(async () => {
  world = await createWorld({ maxRows: 8 });
  const { sha256 } = await world.artifacts.putBytes(biased(0.5));
  world.registry.set(1, sha256);
  await world.gateway.start();
  send = createClient(world.gateway.address);
});
afterAll(() => world.close());

async function logged() {
  await world.log.flush();
  const found = [];
  const signal = new AbortController().signal;
  for await (const { row } of tailSegments(foldersIn(world.logDir), {}, signal)) found.push(row);
  return found;
}

const body = (carrier: string, distance = '1') =>
  `{"inputs":[{"name":"distance","datatype":"FP32","shape":[1],"data":[${distance}]},` +
  `{"name":"carrier","datatype":"BYTES","shape":[1],"data":["${carrier}"]}]}`;
const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const bytes = (...parts: (string | number)[]) =>
  Buffer.concat(parts.map((part) => Buffer.from(typeof part === 'string' ? part : [part])));
const [before = '', after = ''] = body('@').split('@');

describe('serving/gateway: refusals', () => {
  it.each<[string, string | Buffer, RegExp]>([
    [
      'bytes that are no UTF-8',
      bytes(before, 'A', 0xff, after),
      new RegExp(`UTF-8 \\(byte ${before.length + 1}, input "carrier", row 0\\)`),
    ],
    ['half a character', bytes(before, 0xe2, 0x82, after), /not valid UTF-8/],
    [
      'half of a surrogate pair',
      body('\\ud800'),
      /"carrier" has half of a surrogate pair in row 0/,
    ],
    [
      'a category over 4 kB',
      body('é'.repeat(2049)),
      /"carrier" has a category of 4098 bytes in row 0/,
    ],
    ['NaN', body('AA', 'NaN'), /holds NaN, which is not JSON: send null/],
    ['minus Infinity', body('NaN', '-Infinity'), /holds -Infinity, which is not JSON: send null/],
    ['broken JSON that says NaN in a text', `${body('NaN')}}`, /^the body is not JSON: /],
    [
      'a number beyond all numbers',
      body('AA', '1e400'),
      /has a number above 1\.79e308 in row 0, which does not fit FP32: send/,
    ],
    ['nesting to the bottom', deep(100_000), /nested more than 32 levels/],
    ['nesting in a value', body('AA', deep(5000)), /nested more than 32 levels/],
    [
      'nesting where nobody looks',
      `{"x":${deep(40)},${body('AA').slice(1)}`,
      /nested more than 32/,
    ],
    ['nesting that a text seems to close', `{"x":"]]]]\\"]]]]","y":${deep(40)}}`, /nested more/],
    ['nothing', '', /body is empty/],
    ['a line break in broken JSON', '{"inputs":\n\n x}', /^the body is not JSON: [^\n]*$/],
    ['an array', '[]', /must be a JSON object/],
    ['null', 'null', /must be a JSON object/],
    ['a shape of minus one', body('AA').replace('"shape":[1]', '"shape":[-1]'), /shape \[-1\]/],
    ['a shape of text', body('AA').replace('"shape":[1]', '"shape":["1"]'), /shape \["1"\]/],
    [
      'a shape of a thousand dimensions',
      body('AA').replace('[1]', `[${Array(1000).fill(1)}]`),
      /got \[1,1,1,1,1,…\]/,
    ],
    [
      'a long name',
      body('AA').replace('carrier', 'x'.repeat(100_000)),
      /input "x{70,}\.\.\. is not a feature/,
    ],
    [
      'a name that objects have',
      body('AA').replace('carrier', '__proto__'),
      /"__proto__" is not a feature/,
    ],
    [
      'another name that objects have',
      body('AA').replace('carrier', 'constructor'),
      /"constructor" is no/,
    ],
    [
      'an id of a megabyte',
      `{"id":"${'x'.repeat(1e6)}",${body('AA').slice(1)}`,
      /"id" must be a string/,
    ],
    ['an id of half a pair', `{"id":"\\udfff",${body('AA').slice(1)}`, /"id" must be a string/],
    [
      'parameters of another kind',
      `{"parameters":"x",${body('AA').slice(1)}`,
      /"parameters" must be an object/,
    ],
  ])('%s', async (_, content, expected) => {
    const answer = await send({ path: '/v2/models/flights/infer', body: content });
    expect(answer.status, answer.text).toBe(400);
    expect(answer.error).toMatch(expected);
    expect(answer.text.length).toBeLessThan(500);
  });

  it('15 MB of invalid UTF-8 in a category, which once stopped compaction permanently', async () => {
    const content = Buffer.concat([
      Buffer.from(before),
      Buffer.alloc(15e6, 0x80),
      Buffer.from(after),
    ]);
    const { status, error } = await send({ path: '/v2/models/flights/infer', body: content });
    expect(status).toBe(400);
    expect(error).toContain(`byte ${before.length}, input "carrier", row 0`);
  });

  it.each<[string, Record<string, string>, string | Buffer, number, RegExp]>([
    ['a compressed body', { 'content-encoding': 'gzip' }, gzipSync(body('AA')), 400, /compressed/],
    [
      'another content type',
      { 'content-type': 'text/plain' },
      body('AA'),
      415,
      /^the content type is "text\/plain": send a JSON body with "content-type: application\/json"\.$/,
    ],
    [
      'a form',
      { 'content-type': 'application/x-www-form-urlencoded' },
      'a=1',
      415,
      /send a JSON body/,
    ],
    [
      'a body over the limit',
      {},
      Buffer.alloc(16_000_001, 0x20),
      413,
      /larger than 16 MB: send fewer/,
    ],
    ['a content type that objects have', { 'content-type': '__proto__' }, body('AA'), 415, /./],
  ])('%s', async (_, headers, content, status, expected) => {
    const answer = await send({ path: '/v2/models/flights/infer', headers, body: content });
    expect(answer.status).toBe(status);
    expect(answer.error).toMatch(expected);
  });

  it.each([
    ['/v2/models/%ff/infer', 400],
    ['/v2/models/__proto__/infer', 404],
    ['/v2/models/..%2f..%2fetc/infer', 404],
    [`/v2/models/${'x'.repeat(5000)}/infer`, 414],
    ['//v2/models/flights/infer', 404],
  ])('a path (%#)', async (path, status) => {
    const answer = await send({ path, body: body('AA') });
    expect(answer.status, answer.text).toBe(status);
    expect(answer.text.length).toBeLessThan(500);
  });

  it('a misspelt model, with the one that was meant', async () => {
    const { status, error } = await send({ path: '/v2/models/fligths/infer', body: body('AA') });
    expect(status).toBe(404);
    expect(error).toBe('nothing is live for "fligths" in production. Did you mean "flights"?');
  });

  it('and none of it came into the log or cost the next request its answer', async () => {
    expect(await logged()).toEqual([]);
    expect(world.problems).toEqual([]);
    const answer = await world.infer(rows([[1, 'x'.repeat(4096)]]));
    expect(answer.status).toBe(200);
    expect(await logged()).toHaveLength(1);
  });
});
