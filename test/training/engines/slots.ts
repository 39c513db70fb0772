import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { z } from 'zod';
import { NotFound } from '../../../src/core/errors.ts';
import type { SignedAccess, SignedRequest } from '../../../src/core/ports/objects.ts';

/**
 * Objects in memory behind addresses that nobody can guess, as an object store gives them. Which one a workspace has is
 * tested with the stores themselves.
 * @param reach the port at which those who get the addresses find it; default: its own
 */
export async function openSlots(objects: Readonly<Record<string, string>>, reach?: number) {
  const gettable = new Map<string, Buffer>();
  const puttable = new Map<string, string>();
  const put = new Map<string, Buffer>();
  const server = createServer(async (request, response) => {
    const key = request.url ?? '';
    const called = await answerCall(key, signed);
    if (called !== undefined) {
      response.end(called);
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const slot = puttable.get(key);
    const body = gettable.get(key);
    if (request.method === 'PUT' && slot !== undefined) put.set(slot, Buffer.concat(chunks));
    else if (request.method !== 'GET' || !body) response.statusCode = 403;
    response.end(request.method === 'GET' ? body : undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it has no port');
  const signedFor = (method: SignedRequest['method'], seconds: number): SignedRequest => ({
    ...{ method, url: `http://127.0.0.1:${reach ?? address.port}/${randomUUID()}`, headers: {} },
    expires: new Date(Date.now() + seconds * 1000),
  });
  const signed: SignedAccess = {
    async get(sha256, seconds) {
      const asked = signedFor('GET', seconds);
      gettable.set(new URL(asked.url).pathname, await readFile(objects[sha256] ?? ''));
      return asked;
    },
    async put(slot, seconds) {
      const asked = signedFor('PUT', seconds);
      puttable.set(new URL(asked.url).pathname, slot);
      return asked;
    },
    async take(slot, file) {
      const bytes = put.get(slot);
      if (!bytes) throw new NotFound(`nothing was put into ${slot}.`);
      await writeFile(file, bytes, { flag: 'wx' });
      return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
    },
    async discard(parts) {
      for (const slot of put.keys()) if (slot.startsWith(`${parts}/`)) put.delete(slot);
    },
  };
  return {
    signed,
    put,
    port: address.port,
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** For workers in processes of their own: the calls of the access itself. */
const CALLS = '/calls/';

async function answerCall(path: string, signed: SignedAccess): Promise<string | undefined> {
  if (!path.startsWith(CALLS)) return undefined;
  const [call, word = '', seconds = ''] = path
    .slice(CALLS.length)
    .split('/')
    .map(decodeURIComponent);
  if (call === 'get') return JSON.stringify(await signed.get(word, Number(seconds)));
  if (call === 'put') return JSON.stringify(await signed.put(word, Number(seconds)));
  if (call === 'take') return JSON.stringify(await signed.take(word, seconds));
  await signed.discard(word);
  return '{}';
}

const Signed = z.object({
  ...{ method: z.enum(['GET', 'PUT']), url: z.string(), headers: z.record(z.string(), z.string()) },
  expires: z.coerce.date(),
});
const Stored = z.object({ sha256: z.string(), bytes: z.number() });

/** The same objects, seen from another process. */
export function slotsAt(port: number): SignedAccess {
  const call = async (...words: (string | number)[]): Promise<unknown> => {
    const path = words.map(encodeURIComponent).join('/');
    return (await fetch(`http://127.0.0.1:${port}${CALLS}${path}`)).json();
  };
  return {
    get: async (sha256, seconds) => Signed.parse(await call('get', sha256, seconds)),
    put: async (slot, seconds) => Signed.parse(await call('put', slot, seconds)),
    take: async (slot, file) => Stored.parse(await call('take', slot, file)),
    discard: async (parts) => void (await call('discard', parts)),
  };
}
