import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { z } from 'zod';
import type { ClusterAnswer, ClusterCall } from '../../../../src/core/ports/cluster.ts';

type Fields = Record<string, unknown>;
const Fields = z.record(z.string(), z.unknown());
const fieldsOf = (value: unknown): Fields => Fields.safeParse(value).data ?? {};
type Handle = (call: Omit<ClusterCall, 'doing'>) => Promise<Omit<ClusterAnswer, 'message'>>;

/** An API without TLS, before objects in memory or a real one, that can hang and break down. */
export async function openFront(folder: string, handle: Handle) {
  const state = { hangs: false, down: false, calls: [] as string[] };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://front');
    let text = '';
    for await (const chunk of request) text += chunk;
    if (state.hangs) return;
    state.calls.push(`${request.method} ${url.pathname}`);
    const method = z.enum(['GET', 'POST', 'PATCH', 'DELETE']).parse(request.method);
    const { status, json } = state.down
      ? { status: 503, json: { message: 'it is down' } }
      : await handle({
          ...{ method, path: url.pathname, query: Object.fromEntries(url.searchParams) },
          ...(text !== '' && { body: fieldsOf(JSON.parse(text)) }),
          ...{ type: request.headers['content-type'] ?? 'application/json' },
        });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it has no port');
  const kubeconfig = join(folder, `kubeconfig-${randomUUID()}`);
  const cluster = { server: `http://127.0.0.1:${address.port}` };
  await writeFile(
    kubeconfig,
    JSON.stringify({
      'current-context': 'front',
      clusters: [{ name: 'front', cluster }],
      users: [{ name: 'nobody', user: {} }],
      contexts: [{ name: 'front', context: { cluster: 'front', user: 'nobody' } }],
    }),
  );
  return {
    ...{ state, kubeconfig },
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/**
 * Objects by their path, with as much of the API as the target and the controller of the tests use. It passes the suite
 * beside a real control plane: see docs/kserve.md.
 */
export function objectsInMemory(now: () => Date) {
  const objects = new Map<string, Fields>();
  let version = 0;
  const none = { status: 404, json: { message: 'not found' } };

  const store = (path: string, next: Fields, manager: string | undefined): Fields => {
    const before = fieldsOf(objects.get(path));
    const meta = fieldsOf(before['metadata']);
    const same = JSON.stringify({ ...before, metadata: undefined });
    const labels = fieldsOf(next['metadata']);
    const isSame =
      same === JSON.stringify({ ...next, metadata: undefined }) &&
      JSON.stringify([meta['labels'], meta['annotations']]) ===
        JSON.stringify([labels['labels'], labels['annotations']]);
    if (objects.has(path) && isSame) return before;
    version += 1;
    const isSpec = JSON.stringify(before['spec']) !== JSON.stringify(next['spec']);
    const managed = { manager, operation: 'Apply', time: now().toISOString() };
    const stored = {
      ...next,
      metadata: {
        ...{ uid: randomUUID(), generation: 0, managedFields: [] },
        ...{ ...meta, ...labels, resourceVersion: String(version) },
        ...(isSpec && { generation: Number(meta['generation'] ?? 0) + 1 }),
        ...(manager !== undefined && { managedFields: [managed] }),
      },
    };
    objects.set(path, stored);
    return stored;
  };

  const handle: Handle = async ({ method, path, query, body, type }) => {
    const whole = path.replace(/\/status$/, '');
    const found = objects.get(whole);
    if (method === 'GET') return found ? { status: 200, json: found } : none;
    if (method === 'DELETE') {
      const wanted = fieldsOf(fieldsOf(body)['preconditions'])['uid'];
      const uid = fieldsOf(found?.['metadata'])['uid'];
      if (found && wanted !== undefined && wanted !== uid) return { status: 409, json: {} };
      return objects.delete(whole) ? { status: 200, json: {} } : none;
    }
    const given = fieldsOf(body);
    if (type !== 'application/apply-patch+yaml')
      return found
        ? { status: 200, json: store(whole, fieldsOf(merged(found, given)), undefined) }
        : none;
    const read = fieldsOf(given['metadata'])['resourceVersion'];
    if (read !== undefined && read !== fieldsOf(found?.['metadata'])['resourceVersion'])
      return { status: 409, json: { message: 'the object has been modified' } };
    const { status } = found ?? {};
    const next = { ...given, ...(status !== undefined && { status }) };
    return { status: 200, json: store(whole, next, query?.['fieldManager']) };
  };
  return { objects, handle };
}

/** https://www.rfc-editor.org/rfc/rfc7386 */
function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result = fieldsOf(target);
  for (const [name, value] of Object.entries(patch))
    if (value === null) delete result[name];
    else result[name] = merged(result[name], value);
  return result;
}
