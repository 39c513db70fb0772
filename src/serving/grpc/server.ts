import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { MAX_BODY_BYTES, REQUEST_MS } from '../routes.ts';
import { createHandlers, type GrpcNeeds } from './handlers.ts';
import { inferenceService } from './service.ts';

const MAX_CONNECTIONS = 1000;
const MAX_STREAMS = 256;
/** For calls that are answered when it stops. */
const DRAIN_MS = 2000;

/** The Open Inference Protocol over gRPC, without TLS, on a socket that somebody else bound. */
export class GrpcServer {
  readonly #grpc: Server;
  readonly #injector: ReturnType<Server['createConnectionInjector']>;
  #listening: net.Server | undefined;

  constructor(needs: GrpcNeeds) {
    this.#grpc = new Server({
      'grpc.max_receive_message_length': MAX_BODY_BYTES,
      'grpc.max_concurrent_streams': MAX_STREAMS,
      // A connection that nobody uses is closed, and one whose caller is gone.
      'grpc.max_connection_idle_ms': 2 * REQUEST_MS,
      'grpc.keepalive_time_ms': REQUEST_MS,
    });
    this.#grpc.addService(inferenceService(), createHandlers(needs));
    this.#injector = this.#grpc.createConnectionInjector(ServerCredentials.createInsecure());
  }

  /**
   * Returns when it listens.
   * @param socket a bound one, or where to listen
   */
  async accept(socket: unknown): Promise<void> {
    if (this.#listening) return;
    const listening = net.createServer({ noDelay: true }, (connection) => this.#take(connection));
    listening.maxConnections = MAX_CONNECTIONS;
    this.#listening = listening;
    listening.listen(socket);
    await once(listening, 'listening');
  }

  /** Accepts no more connections, and tells callers to open theirs anew: another process accepts them. */
  pause(): void {
    this.#listening?.close();
    this.#listening = undefined;
    this.#injector.drain(REQUEST_MS);
  }

  async stop(): Promise<void> {
    this.#listening?.close();
    this.#injector.drain(DRAIN_MS);
    const late = setTimeout(() => this.#grpc.forceShutdown(), DRAIN_MS);
    await new Promise<void>((resolve) => this.#grpc.tryShutdown(() => resolve()));
    clearTimeout(late);
  }

  #take(connection: Socket): void {
    connection.on('error', () => connection.destroy());
    this.#injector.injectConnection(connection);
  }
}
