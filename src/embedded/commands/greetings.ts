import { z } from 'zod';
import { MAX_DOC_BYTES } from '../collection.ts';
import { MAX_MESSAGE_BYTES } from '../wire.ts';
import { type Command, command } from './command.ts';

/** Drivers greet with whatever they can do; what this store can do is what it says. */
const greet: Command = () => ({
  isWritablePrimary: true,
  ismaster: true,
  helloOk: true,
  maxBsonObjectSize: MAX_DOC_BYTES,
  maxMessageSizeBytes: MAX_MESSAGE_BYTES,
  maxWriteBatchSize: 100_000,
  localTime: new Date(),
  minWireVersion: 0,
  // MongoDB 7.0. Without logicalSessionTimeoutMinutes drivers send neither sessions nor retries.
  maxWireVersion: 21,
  readOnly: false,
});

export const greetings: Record<string, Command> = {
  hello: greet,
  isMaster: greet,
  ismaster: greet,
  ping: command({ ping: z.unknown() }, () => ({})),
  endSessions: command({ endSessions: z.unknown() }, () => ({})),
  buildInfo: command({ buildInfo: z.unknown() }, () => ({
    version: '7.0.0',
    versionArray: [7, 0, 0, 0],
    gitVersion: 'wheelhouse-embedded',
    maxBsonObjectSize: MAX_DOC_BYTES,
  })),
  connectionStatus: command({ connectionStatus: z.unknown() }, () => ({
    authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] },
  })),
};
