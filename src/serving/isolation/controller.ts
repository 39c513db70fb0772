import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Clock, systemClock } from '../../core/clock.ts';
import { inWords, Unreachable, WheelhouseError } from '../../core/errors.ts';
import type { Quarantines } from '../../core/ports/quarantines.ts';
import type { LiveVersions } from '../../core/ports/serving.ts';
import type { Gateway } from '../gateway.ts';
import type { OnDisk } from '../log/log.ts';
import { type Blame, blameForSilence, Deaths, patience } from './blame.ts';
import { type Fork, InferenceChild } from './child.ts';
import { Following } from './following.ts';
import type { InferenceSettings, Word } from './messages.ts';
import { type BoundSocket, bindSocket } from './socket.ts';

interface IsolatedOptions {
  live: LiveVersions;
  quarantines: Pick<Quarantines, 'add' | 'list'>;
  fork: Fork;
  settings: Pick<InferenceSettings, 'artifacts' | 'log'> & Partial<InferenceSettings>;
  host: string;
  /** 0 takes a free one. */
  port: number;
  environment?: string;
  /** How long a version may take over a request before its process is ended. */
  deadlineMs?: number;
  clock?: Clock;
  onProblem?(problem: WheelhouseError): void;
  onDisk?: OnDisk;
}

/** One that answers and one that is warm: see docs/decisions/0018-models-run-in-processes-that-can-be-ended.md. */
const PROCESSES = 2;
const LOOK_EVERY_MS = 250;
/** Node and onnxruntime on a machine that is busy. */
const BOOT_MS = 60_000;
/** For a process that is told to stop: the log is written in that time. */
const STOP_MS = 4000;

/**
 * Serves what is live, with the models in processes of their own. This process runs no model and reads
 * no request: it says what to serve, looks whether the others are alive, and ends what is stuck.
 */
export function createIsolatedGateway(options: IsolatedOptions): Gateway {
  return new Controller(options);
}

class Controller implements Gateway {
  readonly #options: IsolatedOptions;
  readonly #following: Following;
  readonly #children = new Set<InferenceChild>();
  readonly #deaths = new Deaths(() => performance.now());
  #answering: InferenceChild | undefined;
  #folder = '';
  #socket: BoundSocket | undefined;
  #unsubscribe = () => {};
  #timers: NodeJS.Timeout[] = [];
  #stopping = false;
  #starting = 0;
  #accepted = () => {};

  constructor(options: IsolatedOptions) {
    this.#options = options;
    const { live, quarantines, environment = 'production', clock = systemClock } = options;
    this.#following = new Following({
      ...{ live, quarantines, environment, clock },
      onProblem: this.#onProblem,
      changed: () => this.#advance(),
    });
  }

  get address(): string {
    return this.#socket?.address ?? '';
  }

  async start(): Promise<void> {
    const { live, host, port, settings } = this.#options;
    this.#socket = await bindSocket(host, port);
    // Empty and ours alone: a model finds no file beside it.
    this.#folder = await mkdtemp(join(tmpdir(), 'wheelhouse-inference-'));
    const accepting = new Promise<void>((resolve) => {
      this.#accepted = resolve;
    });
    this.#unsubscribe = live.onChange(() => void this.#following.refresh());
    this.#timers = [
      setInterval(() => void this.#look(), LOOK_EVERY_MS),
      setInterval(() => void this.#following.refresh(), settings.pollMs ?? 2000),
    ];
    await this.#following.refresh();
    this.#advance();
    await accepting;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#unsubscribe();
    for (const child of this.#children) child.send({ type: 'stop' });
    const deadline = Date.now() + STOP_MS;
    while (this.#children.size > 0 && Date.now() < deadline) await wait(20);
    for (const timer of this.#timers) clearInterval(timer);
    for (const child of this.#children) child.kill();
    this.#socket?.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  readonly #onProblem = (problem: WheelhouseError): void => this.#options.onProblem?.(problem);

  /** Whatever is to be done next; called whenever anything has changed. */
  #advance(): void {
    if (this.#stopping) return;
    for (let missing = PROCESSES - this.#children.size - this.#starting; missing > 0; missing -= 1)
      void this.#startOne();
    const { number } = this.#following.plan;
    const up = [...this.#children].filter((child) => child.up);
    if (!this.#answering) this.#promote(up.find(({ followed }) => followed === number));
    // What is new is loaded first where nobody waits for an answer: it may hang or crash.
    const others = up.filter((child) => child !== this.#answering);
    const trying = others.find(({ given }) => given === number) ?? others[0];
    if (trying && trying.given < number) trying.give(this.#following.plan);
    if (trying?.followed === number && this.#answering && this.#answering.given < number)
      this.#answering.give(this.#following.plan);
  }

  #promote(child: InferenceChild | undefined): void {
    if (!child || !this.#socket) return;
    this.#answering = child;
    child.send({ type: 'accept' }, this.#socket.handle);
  }

  async #startOne(): Promise<void> {
    const { fork, settings } = this.#options;
    const all = { maxRows: 1024, keepWarm: 3, pollMs: 2000, ...settings };
    this.#starting += 1;
    await wait(this.#deaths.pause());
    try {
      const heard = { word: this.#heard, ended: this.#ended };
      this.#children.add(await InferenceChild.start(fork, this.#folder, all, heard));
    } catch (cause) {
      this.#onProblem(
        new Unreachable(`starting an inference process: ${inWords(cause)}.`, {
          next: 'It is tried again.',
          cause,
        }),
      );
      await wait(LOOK_EVERY_MS);
    } finally {
      this.#starting -= 1;
    }
    this.#advance();
  }

  readonly #heard = (child: InferenceChild, word: Word): void => {
    if (word.type === 'disk') this.#options.onDisk?.(word.model, word.why, word.dropped);
    else if (word.type === 'problem') {
      const { blame, message, next } = word;
      this.#onProblem(new WheelhouseError(blame, message, next === undefined ? {} : { next }));
    } else if (word.type === 'fault') {
      const { slot, fault, words } = word;
      this.#following.keepOut({ slot, fault, words });
    } else if (word.type === 'accepting' && child === this.#answering) this.#accepted();
    if (word.type !== 'beat') this.#advance();
  };

  async #look(): Promise<void> {
    const { deadlineMs = 4000 } = this.#options;
    for (const child of [...this.#children]) {
      // By looks, not by the clock: when this thread was stuck itself, nothing was heard either.
      child.silent += LOOK_EVERY_MS;
      if (child.silent < (child.up ? deadlineMs : BOOT_MS)) continue;
      const { now } = await child.doing();
      if (child.silent < patience(now, deadlineMs) || !this.#children.has(child)) continue;
      this.#drop(child);
      child.kill();
      this.#blame(blameForSilence(now, child.silent));
    }
  }

  readonly #ended = async (child: InferenceChild, how: string): Promise<void> => {
    const ours = !this.#children.has(child);
    this.#drop(child);
    if (ours || this.#stopping) return;
    const { entered } = await child.doing();
    this.#blame(this.#deaths.add(entered, how));
  };

  #blame(blame: Blame | undefined): void {
    if (blame) this.#following.keepOut(blame);
    this.#advance();
  }

  #drop(child: InferenceChild): void {
    this.#children.delete(child);
    if (this.#answering === child) this.#answering = undefined;
  }
}
