import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { inject } from 'vitest';
import { NotFound } from '../../src/core/errors.ts';
import type { Models } from '../../src/core/model.ts';
import { connect } from '../../src/registry/connect.ts';
import { type Registry, registryOn } from '../../src/registry/index.ts';
import { binary } from '../../src/tasks/binary/index.ts';

/** A clock that moves when told to. */
interface HandClock {
  now(): Date;
  forward(seconds: number): Date;
}

interface Library {
  uri: string;
  registry: Registry;
  clock: HandClock;
  /** A separate connection of the test to the same database. */
  connect(): Promise<Connection>;
  close(): Promise<void>;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** The embedded store that all tests share; undefined with MONGODB_URI. */
    storeUri?: string;
  }
}

/**
 * The client that all databases of a worker share: with one each, connecting and authenticating would cost more than most
 * tests.
 */
let shared: Promise<Client> | undefined;

/** `removeDb` is documented, but not in the types. */
type Client = Connection & { removeDb(name: string): void };

/** The registry on a new database: of the server at MONGODB_URI, else of the embedded store. */
export async function openLibrary(): Promise<Library> {
  const name = `wheelhouse_test_${randomUUID().slice(0, 8)}`;
  const uri = withDatabase(serverForTests(), name);
  shared ??= connect(serverForTests()) as Promise<Client>;
  const server = await shared;
  const connection = server.useDb(name);
  const clock = handClock();
  let open = true;
  const registry: Registry = {
    ...registryOn(connection, { clock, models: onlyFlights }),
    async close() {
      // Its own `close` would close the client.
      if (open) server.removeDb(name);
      open = false;
    },
  };
  await registry.ensureIndexes();
  const own: Connection[] = [];
  return {
    uri,
    registry,
    clock,
    async connect() {
      const connection = await connect(uri);
      own.push(connection);
      return connection;
    },
    async close() {
      await server.getClient().db(name).dropDatabase();
      await Promise.all(own.map((each) => each.close()));
      await registry.close();
    },
  };
}

function serverForTests(): string {
  const uri = process.env['MONGODB_URI'] ?? inject('storeUri');
  if (uri === undefined) throw new Error('test/setup.mjs has started no store');
  return uri;
}

function withDatabase(uri: string, database: string): string {
  const url = new URL(uri);
  url.pathname = `/${database}`;
  return url.href;
}

function handClock(): HandClock {
  let now = new Date('2026-03-01T09:00:00Z');
  return {
    now: () => now,
    forward(seconds) {
      now = new Date(now.getTime() + seconds * 1000);
      return now;
    },
  };
}

export const onlyFlights: Models = {
  list: () => [],
  get(name) {
    if (name !== 'flights') throw new NotFound(`There is no model ${name}.`);
    // What the registry asks for is whether it is there.
    return {
      name,
      summary: '',
      homes: [],
      channel: 'ml',
      features: {},
      label: 'late',
      task: binary,
      nullCategory: '',
      programs: { dataset: ['true'], train: ['true'] },
      parameters: {},
      training: {
        window: { from: new Date(0), to: new Date(1) },
        timeoutMinutes: 1,
        outputBytes: 1_000_000,
      },
      evaluation: { days: 1, primary: ['auc'], margin: 0.01 },
      gates: [],
      approval: { needed: 2, expiresHours: 24 },
      monitors: [],
      folder: '.',
    };
  },
};
