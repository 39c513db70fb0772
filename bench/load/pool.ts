import { Connection, type RawAnswer } from './connection.ts';

/** Sends to one address by as many connections as are needed, up to `most`; more requests wait for one. */
export class Pool {
  readonly #url: URL;
  readonly #free: Connection[] = [];
  readonly #waiting: ((connection: Connection | undefined) => void)[] = [];
  readonly #most: number;
  #open = 0;

  constructor(url: string, most: number) {
    this.#most = most;
    this.#url = new URL(url);
  }

  async post(json: string): Promise<RawAnswer> {
    const { host, pathname } = this.#url;
    const connection = await this.#take();
    try {
      return await connection.ask(
        `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(json)}\r\n\r\n${json}`,
      );
    } finally {
      this.#giveBack(connection);
    }
  }

  close(): void {
    for (const connection of this.#free) connection.close();
  }

  async #take(): Promise<Connection> {
    for (let free = this.#free.pop(); free; free = this.#free.pop()) {
      if (free.usable) return free;
      this.#open -= 1;
    }
    if (this.#open >= this.#most) {
      const handed = await new Promise<Connection | undefined>((resolve) => {
        this.#waiting.push(resolve);
      });
      if (handed) return handed;
    } else this.#open += 1;
    try {
      return await Connection.open(this.#url);
    } catch (error) {
      this.#lost();
      throw error;
    }
  }

  #giveBack(connection: Connection): void {
    if (!connection.usable) this.#lost();
    else {
      const next = this.#waiting.shift();
      if (next) next(connection);
      else this.#free.push(connection);
    }
  }

  /** Another one may be opened instead, by whoever waits. */
  #lost(): void {
    const next = this.#waiting.shift();
    if (next) next(undefined);
    else this.#open -= 1;
  }
}
