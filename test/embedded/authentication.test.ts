import { once } from 'node:events';
import { readFile, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beginScram, verifierOf } from '../../src/embedded/scram.ts';
import { startEmbeddedStore } from '../compiled/store.ts';
import { folder } from './any-server.ts';

const { MongoClient, Binary } = mongoose.mongo;
type Client = mongoose.mongo.MongoClient;

describe('embedded/authentication', () => {
  let dir: string;
  let store: Awaited<ReturnType<typeof startEmbeddedStore>>;
  let owner: Client;
  let stranger: Client;
  const clients: Client[] = [];

  function clientAt(uri: string, change: (url: URL) => void = () => {}): Client {
    const url = new URL(uri);
    change(url);
    const client = new MongoClient(url.href, { serverSelectionTimeoutMS: 5000 });
    clients.push(client);
    return client;
  }
  beforeAll(async () => {
    dir = await folder();
    store = await startEmbeddedStore({ dir });
    owner = clientAt(store.uri);
    stranger = clientAt(store.uri, (url) => {
      url.username = '';
      url.password = '';
      url.search = '?directConnection=true';
    });
    await owner.db().collection('approvals').insertOne({ n: 1 });
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await store.stop();
    await rm(dir, { recursive: true });
  });

  it.each([
    { find: 'approvals', filter: {} },
    { insert: 'approvals', documents: [{ forged: true }] },
    { update: 'approvals', updates: [{ q: {}, u: { $set: { status: 'approved' } } }] },
    { findAndModify: 'approvals', query: {}, update: { $set: { n: 2 } }, remove: false },
    { delete: 'approvals', deletes: [{ q: {}, limit: 0 }] },
    { createIndexes: 'approvals', indexes: [{ key: { n: 1 }, name: 'n' }] },
    { drop: 'approvals' },
    { dropDatabase: 1 },
    { getMore: 1, collection: 'approvals' },
    { killCursors: 'approvals', cursors: [] },
    { listCollections: 1, filter: {} },
    { listIndexes: 'approvals' },
    { endSessions: [] },
    { nonsense: 1 },
  ])('refuses %j from unauthenticated clients', async (command) => {
    await expect(stranger.db('wheelhouse').command(command)).rejects.toMatchObject({
      code: 13,
      codeName: 'Unauthorized',
    });
    const all = await owner.db().collection('approvals').find().toArray();
    expect(all).toEqual([{ _id: expect.anything(), n: 1 }]);
  });

  it('answers an unauthenticated greeting without revealing anything', async () => {
    expect(await stranger.db('admin').command({ ping: 1 })).toMatchObject({ ok: 1 });
    const hello = await stranger.db('admin').command({ hello: 1 });
    expect(hello).toMatchObject({ isWritablePrimary: true });
  });

  it.each<[string, (url: URL) => void]>([
    [
      'password',
      (url) => {
        url.password = 'guessed';
      },
    ],
    [
      'user',
      (url) => {
        url.username = 'root';
      },
    ],
  ])('refuses another %s', async (_, change) => {
    const guess = clientAt(store.uri, change).db().collection('approvals').find().toArray();
    await expect(guess).rejects.toMatchObject({ code: 18, codeName: 'AuthenticationFailed' });
  });

  it('lets in clients that first ask for the mechanisms', async () => {
    const client = clientAt(store.uri, (url) => {
      url.searchParams.delete('authMechanism');
    });
    expect(await client.db().collection('approvals').findOne()).toMatchObject({ n: 1 });
  });

  it.each([
    { saslContinue: 1, conversationId: 1, payload: new Binary(Buffer.from('')) },
    { saslStart: 1, mechanism: 'PLAIN', payload: new Binary(Buffer.from('\0wheelhouse\0x')) },
    { saslStart: 1, mechanism: 'SCRAM-SHA-256', payload: new Binary(Buffer.from('nonsense')) },
    { saslStart: 1, mechanism: 'SCRAM-SHA-256', payload: 7 },
  ])('is not talked round by %j', async (command) => {
    const admin = stranger.db('admin');
    await expect(admin.command(command)).rejects.toThrow();
    await expect(admin.command({ listCollections: 1, filter: {} })).rejects.toMatchObject({
      code: 13,
    });
  });

  it('checks the proof, the nonce and the binding', () => {
    const verifier = verifierOf('secret');
    const begin = () => beginScram(verifier, 'n,,n=wheelhouse,r=abc');
    const { first } = begin();
    const nonce = /r=([^,]*)/.exec(first)?.[1];
    expect(nonce).toMatch(/^abc.{20,}/);
    expect(begin().first).not.toBe(first);
    const proof = Buffer.alloc(32, 1).toString('base64');
    for (const last of [
      `c=biws,r=${nonce},p=${proof}`,
      `c=biws,r=${nonce},p=`,
      `c=biws,r=${nonce}`,
      `c=biws,r=abc,p=${proof}`,
      `c=eSws,r=${nonce},p=${proof}`,
      '',
    ])
      expect(() => begin().finish(last)).toThrow('Authentication failed');
  });

  it('accepts only a greeting from an unauthenticated client', async () => {
    const socket = connect(Number(new URL(store.uri).port), '127.0.0.1');
    const header = Buffer.alloc(16);
    header.writeInt32LE(40_000_000, 0);
    header.writeInt32LE(2013, 12);
    socket.write(header);
    socket.on('error', () => {});
    await once(socket, 'close');
  });

  it('stores the password where only this user can read it, and not in arguments', async () => {
    const { password } = new URL(store.uri);
    expect(password.length).toBeGreaterThanOrEqual(32);
    const file = join(dir, 'password');
    expect((await stat(file)).mode & 0o077).toBe(0);
    expect(await readFile(file, 'utf8')).toBe(password);
    for (const what of ['cmdline', 'environ'])
      expect(await readFile(`/proc/${store.pid}/${what}`, 'utf8')).not.toContain(password);
  });
});
