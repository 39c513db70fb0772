import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { NotFound } from '../../../src/core/errors.ts';
import type { SignedAccess, SignedRequest } from '../../../src/core/ports/objects.ts';

/**
 * In-memory objects behind unguessable addresses, as an object store presigns them. The stores themselves have their
 * own tests.
 */
export async function openSlots(objects: Readonly<Record<string, string>>) {
  const gettable = new Map<string, Buffer>();
  const puttable = new Map<string, string>();
  const put = new Map<string, Buffer>();
  const server = createServer(async (request, response) => {
    const key = request.url ?? '';
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
    ...{ method, url: `http://127.0.0.1:${address.port}/${randomUUID()}`, headers: {} },
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
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
