import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose, { type Connection } from 'mongoose';
import { afterAll, beforeAll } from 'vitest';
import { startEmbeddedStore } from '../compiled/store.ts';

/** Makes a folder for the tests of one file. */
export function folder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'wheelhouse-embedded-'));
}

/** Connects the tests of a file to the server at MONGODB_URI, or else to an embedded store. Both must pass. */
export function onAnyServer(): () => Connection {
  let connection: Connection | undefined;
  const endings: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    let uri = process.env['MONGODB_URI'];
    if (uri === undefined) {
      const dir = await folder();
      const store = await startEmbeddedStore({ dir });
      uri = store.uri;
      endings.push(() => rm(dir, { recursive: true }), store.stop);
    }
    const connected = await mongoose
      .createConnection(uri, {
        dbName: `embedded-test-${process.pid}`,
        autoCreate: false,
        autoIndex: false,
      })
      .asPromise();
    endings.push(
      () => connected.close(),
      () => connected.dropDatabase(),
    );
    connection = connected;
  });
  afterAll(async () => {
    for (const end of endings.reverse()) await end();
  });
  return () => {
    if (!connection) throw new Error('the connection opens in beforeAll: ask for it inside a test');
    return connection;
  };
}
