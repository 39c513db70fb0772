import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  status: number;
  body: string;
}

interface Waiting {
  resolve(answer: RawAnswer): void;
  reject(cause: Error): void;
}

const HEAD_END = '\r\n\r\n';
const TIMEOUT_MS = 5000;

/**
 * A connection with one request at a time. The client of `node:http` costs as much as the gateway that is measured, on
 * the same cores: at thousands of requests a second, half of the latency was its own.
 */
export class Connection {
  readonly #socket: Socket;
  #waiting: Waiting | undefined;
  /** Each character is a byte. */
  #text = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true).setEncoding('latin1').setTimeout(TIMEOUT_MS);
    socket.on('data', (part: string) => this.#read(part));
    socket.on('timeout', () => socket.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the connection was closed')));
  }

  static async open({ hostname, port }: URL): Promise<Connection> {
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new Connection(socket);
  }

  get usable(): boolean {
    return this.#socket.writable && !this.#waiting;
  }

  /** @param request head and body; throws if it gets no answer in time */
  ask(request: string): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(part: string): void {
    this.#text += part;
    const end = this.#text.indexOf(HEAD_END);
    if (end === -1) return;
    const [, length] = /\ncontent-length: *(\d+)/i.exec(this.#text.slice(0, end)) ?? [];
    if (length === undefined) {
      this.#socket.destroy(new Error('the answer has no length'));
      return;
    }
    const from = end + HEAD_END.length;
    if (this.#text.length < from + Number(length)) return;
    const answer = {
      status: Number(this.#text.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length)),
      body: Buffer.from(this.#text.slice(from), 'latin1').toString('utf8'),
    };
    const waiting = this.#waiting;
    [this.#text, this.#waiting] = ['', undefined];
    waiting?.resolve(answer);
  }

  #fail(error: Error): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(error);
  }
}
