import { Worker } from 'node:worker_threads';
import { ChartFailed } from './errors.ts';
import type { Answer, Order } from './protocol.ts';

type Outcome = Exclude<Answer, { ready: true }>;
type Drawn = Extract<Outcome, { done: true }>;

interface Task {
  order: Order;
  resolve(drawn: Drawn): void;
  reject(error: ChartFailed): void;
}

/** Milliseconds for the start: 2 s on an idle machine. */
const start = 120_000;
const next = 'The figures are unaffected: send them without the picture, or try again.';

/**
 * One thread that draws one picture at a time, started with the first order and again after a crash. A render
 * takes 100 ms, the first one up to two seconds: on the bot's event loop every answer would wait for it. An
 * idle thread does not keep the process alive.
 */
export class DrawingThread {
  readonly #script: URL;
  readonly #patience: number;
  readonly #waiting: Task[] = [];
  #worker: Worker | undefined;
  #ready = false;
  #current: Task | undefined;
  #clock: NodeJS.Timeout | undefined;

  /** `patience`: milliseconds for one picture, after which its thread counts as hung. */
  constructor(script: URL = own, patience = 30_000) {
    this.#script = script;
    this.#patience = patience;
  }

  /** Rejects with ChartFailed if the render crashes or hangs, or the thread is closed. */
  draw(order: Order): Promise<Drawn> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ order, resolve, reject });
      this.#advance();
    });
  }

  /** Stops the thread; pending orders are rejected. A later order starts a new one. */
  async close(): Promise<void> {
    const tasks = [...(this.#current ? [this.#current] : []), ...this.#waiting.splice(0)];
    const ended = this.#retire();
    for (const { order, reject } of tasks)
      reject(new ChartFailed(order.activity, 'the drawing thread was closed', { next }));
    await ended;
  }

  #advance(): void {
    if (this.#current) return;
    const task = this.#waiting.shift();
    if (!task) {
      this.#worker?.unref();
      return;
    }
    this.#current = task;
    this.#await(this.#ready ? this.#patience : Math.max(this.#patience, start));
    try {
      this.#worker ??= this.#start();
      this.#worker.ref();
      this.#worker.postMessage(task.order);
    } catch (cause) {
      this.#fail('the drawing thread took no order', cause);
    }
  }

  #await(patience: number): void {
    clearTimeout(this.#clock);
    this.#clock = setTimeout(
      () => this.#fail(`no picture came within ${patience / 1000} s`, undefined),
      patience,
    );
  }

  #start(): Worker {
    // None of the process's own flags: some, such as --input-type, end a thread at startup.
    const worker = new Worker(this.#script, { execArgv: [] });
    // An abandoned thread may still send messages: only the current one counts.
    const heard = (act: () => void) => {
      if (this.#worker === worker) act();
    };
    worker.on('message', (answer: Answer) => heard(() => this.#receive(answer)));
    worker.on('error', (cause) => heard(() => this.#fail('the drawing thread crashed', cause)));
    worker.on('exit', (code) =>
      heard(() => this.#fail(`the drawing thread ended with code ${code}`, undefined)),
    );
    return worker;
  }

  #receive(answer: Answer): void {
    if ('ready' in answer) {
      this.#ready = true;
      if (this.#current) this.#await(this.#patience);
    } else if (answer.done) {
      this.#settle()?.resolve(answer);
      this.#advance();
    } else {
      // The thread is discarded: a panic leaves the wasm module unusable.
      this.#fail('it could not be rendered', answer.fault);
    }
  }

  #fail(reason: string, cause: unknown): void {
    const task = this.#settle();
    void this.#retire();
    task?.reject(new ChartFailed(task.order.activity, reason, { next, cause }));
    this.#advance();
  }

  #settle(): Task | undefined {
    clearTimeout(this.#clock);
    const task = this.#current;
    this.#current = undefined;
    return task;
  }

  async #retire(): Promise<void> {
    this.#settle();
    const worker = this.#worker;
    this.#worker = undefined;
    this.#ready = false;
    await worker?.terminate();
  }
}

const own = new URL(
  import.meta.url.endsWith('.ts') ? './source-worker.mjs' : './worker.js',
  import.meta.url,
);
