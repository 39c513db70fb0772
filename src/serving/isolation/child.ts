import type { ChildProcess, SendHandle } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answering } from '../../core/ports/gateways.ts';
import type { Planned } from '../plan.ts';
import type { InferenceSettings, Order, Word } from './messages.ts';
import { REGISTER_BYTES, readRegister, type Seen } from './register.ts';

/** Starts a process that runs `runInference`, in that folder. */
export type Fork = (folder: string) => ChildProcess;

interface InboundEvent {
  word(child: InferenceChild, word: Word): void;
  /** `how`: by which signal or exit code. */
  ended(child: InferenceChild, how: string): void;
}

let count = 0;

/** One inference process, as seen by its controller. */
export class InferenceChild {
  readonly name: string;
  readonly #process: ChildProcess;
  readonly #register: string;
  /** A path for a socket of its own. */
  readonly door: string;
  /** Milliseconds since its last sign of life, according to the controller's checks. */
  silent = 0;
  /** How long it had been silent when it last entered or left a version. */
  progressAt = 0;
  #steps = -1;
  /** It is silent inside a model, and another process accepts connections instead. */
  stuck = false;
  /** It records each time it enters or leaves a version. */
  careful = false;
  /** The plan that it was last given, and the one that it has followed. */
  given = -1;
  followed = -1;
  /** What it answers, by its last word. */
  serving: readonly Answering[] = [];
  up = false;
  #ended = false;

  private constructor(process: ChildProcess, name: string, register: string) {
    this.#process = process;
    this.name = name;
    this.#register = register;
    this.door = `${register}.sock`;
  }

  static async start(
    fork: Fork,
    folder: string,
    settings: Omit<InferenceSettings, 'register' | 'door'>,
    heard: InboundEvent,
  ): Promise<InferenceChild> {
    count += 1;
    const name = `inference-${count}`;
    const register = join(folder, name);
    const file = await open(register, 'wx', 0o600);
    await file.write(Buffer.alloc(REGISTER_BYTES)).finally(() => file.close());
    const child = new InferenceChild(fork(folder), name, register);
    const process = child.#process;
    process.on('message', (word: Word) => {
      child.silent = 0;
      child.progressAt = 0;
      child.stuck = false;
      if (word.type === 'up') {
        child.up = true;
        child.send({ type: 'open', settings: { ...settings, register, door: child.door } });
      } else if (word.type === 'followed') child.followed = word.plan;
      else if (word.type === 'serving') child.serving = word.models;
      heard.word(child, word);
    });
    process.once('error', (error) => end(error.message));
    process.once('exit', (code, signal) => end(signal ?? `exit code ${code}`));
    const end = (how: string) => {
      if (child.#ended) return;
      child.#ended = true;
      heard.ended(child, how);
    };
    return child;
  }

  give({ number, models }: { number: number; models: Planned[] }): void {
    this.given = number;
    this.send({ type: 'plan', plan: number, models });
  }

  /** Messages to an ended process are lost, which its exit event reports. */
  send(order: Order, handle?: SendHandle): void {
    if (!this.#process.connected) return;
    this.#process.send(order, handle, () => {});
  }

  /** Code inside onnxruntime cannot be asked to stop. */
  kill(): void {
    this.#process.kill('SIGKILL');
  }

  beCareful(on: boolean): void {
    if (this.careful === on) return;
    this.careful = on;
    this.send({ type: 'careful', on });
  }

  async doing(): Promise<Seen> {
    const file = await open(this.#register, 'r').catch(() => undefined);
    const empty = Buffer.alloc(REGISTER_BYTES);
    if (!file) return readRegister(empty);
    try {
      const { buffer } = await file.read(empty, 0, REGISTER_BYTES, 0);
      const seen = readRegister(buffer);
      if (seen.steps !== this.#steps) this.progressAt = this.silent;
      this.#steps = seen.steps;
      return seen;
    } finally {
      await file.close();
    }
  }
}
