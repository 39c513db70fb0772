import { afterAll, beforeAll, expect, it } from 'vitest';
import { openLibrary } from './server.ts';

let library: Awaited<ReturnType<typeof openLibrary>>;
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library.close());

it.each([
  ['runs', { createdAt: -1, _id: -1 }],
  ['runs', { model: 1, createdAt: -1, _id: -1 }],
  ['runs', { requestedBy: 1, createdAt: -1, _id: -1 }],
  ['approvals', { createdAt: -1, _id: -1 }],
  ['approvals', { model: 1, createdAt: -1, _id: -1 }],
  ['approvals', { status: 1, createdAt: -1, _id: -1 }],
  ['alerts', { openedAt: -1, _id: -1 }],
  ['alerts', { model: 1, openedAt: -1, _id: -1 }],
  ['findings', { monitor: 1, environment: 1, 'window.to': -1, 'window.from': -1, version: -1 }],
])('the lists of %s have an index that ends as their sort does', async (collection, key) => {
  const connection = await library.connect();
  const indexes = await connection.collection(collection).listIndexes().toArray();
  expect(indexes.map((index) => JSON.stringify(index['key']))).toContain(JSON.stringify(key));
});
