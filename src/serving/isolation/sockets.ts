import type { InferenceChild } from './child.ts';
import type { IsolatedOptions } from './options.ts';
import { type BoundSocket, bindSocket } from './socket.ts';

/** The sockets that callers connect to. They stay bound, whichever process accepts. */
export class Sockets {
  readonly #http: BoundSocket;
  readonly #grpc: BoundSocket | undefined;

  private constructor(http: BoundSocket, grpc: BoundSocket | undefined) {
    this.#http = http;
    this.#grpc = grpc;
  }

  /** Throws Unreachable if an address is in use. */
  static async bind({
    host,
    port,
    grpcPort,
  }: Pick<IsolatedOptions, 'host' | 'port' | 'grpcPort'>): Promise<Sockets> {
    const http = await bindSocket(host, port);
    if (grpcPort === undefined) return new Sockets(http, undefined);
    try {
      return new Sockets(http, await bindSocket(host, grpcPort));
    } catch (error) {
      http.close();
      throw error;
    }
  }

  /** `http://host:port` */
  get address(): string {
    return this.#http.address;
  }

  /** `host:port` */
  get grpcAddress(): string | undefined {
    return this.#grpc && new URL(this.#grpc.address).host;
  }

  /** From now on that process accepts. */
  lend(child: Pick<InferenceChild, 'send'>): void {
    // First: the other one is answered once both listen.
    if (this.#grpc) child.send({ type: 'accept-grpc' }, this.#grpc.handle);
    child.send({ type: 'accept' }, this.#http.handle);
  }

  close(): void {
    this.#http.close();
    this.#grpc?.close();
  }
}
