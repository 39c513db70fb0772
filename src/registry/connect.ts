import mongoose, { type Connection } from 'mongoose';

/**
 * A separate connection. It fails within five seconds instead of buffering queries, because people wait for the
 * answer; `journal`, because an acknowledged write must survive a power failure of the server.
 */
export async function connect(uri: string): Promise<Connection> {
  const connection = mongoose.createConnection(uri, {
    appName: 'wheelhouse',
    autoCreate: false,
    autoIndex: false,
    bufferCommands: false,
    ignoreUndefined: true,
    journal: true,
    maxPoolSize: 10,
    serverSelectionTimeoutMS: 5000,
    socketTimeoutMS: 30_000,
  });
  try {
    return await connection.asPromise();
  } catch (error) {
    await connection.close();
    throw error;
  }
}
