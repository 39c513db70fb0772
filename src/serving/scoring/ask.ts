import { Unreachable } from '../../core/errors.ts';
import type { Batch, ForkScoring, Scored } from './messages.ts';

/** No answer arrived in time. */
export class Late extends Unreachable {
  readonly what: string;
  readonly seconds: number;

  constructor(what: string, seconds: number) {
    super(`it did not ${what} within ${seconds} s.`);
    this.what = what;
    this.seconds = seconds;
  }
}

/** A question to a process, and how long its answer may take. */
interface Question {
  batch: Batch;
  /** The verb for "it did not <load>". */
  what: string;
  deadlineMs: number;
}

/** For Node and onnxruntime on a busy machine. */
const BOOT_MS = 60_000;

/** The process is gone. */
export class Ended extends Unreachable {}

/** One scoring process; stopped with SIGKILL, because code inside onnxruntime cannot be asked to stop. */
export class ScoringProcess {
  readonly #child: ReturnType<ForkScoring>;
  readonly #signal: AbortSignal | undefined;
  #settle: { resolve(scored: Scored): void; reject(error: unknown): void } | undefined;
  #ended: string | undefined;

  constructor(fork: ForkScoring, signal: AbortSignal | undefined) {
    this.#child = fork();
    this.#signal = signal;
    this.#child.on('message', (scored: Scored) => this.#settle?.resolve(scored));
    this.#child.once('error', (error) => this.#end(error.message));
    this.#child.once('exit', (code, by) => this.#end(by ?? `exit code ${code}`));
    signal?.addEventListener('abort', this.kill, { once: true });
  }

  /** Resolves when the process is ready. Throws Unreachable, or the signal's reason. */
  async up(): Promise<void> {
    await this.#next('start', BOOT_MS);
  }

  /** Throws Unreachable if it fails, exits or is late, or the signal's reason. */
  async ask({ batch, what, deadlineMs }: Question): Promise<Scored> {
    const answer = this.#next(what, deadlineMs);
    if (this.#child.connected) this.#child.send(batch, () => {});
    const scored = await answer;
    if (scored.type === 'failed')
      throw new Unreachable(scored.message, {
        ...(scored.next !== undefined && { next: scored.next }),
      });
    return scored;
  }

  readonly kill = (): void => {
    this.#signal?.removeEventListener('abort', this.kill);
    this.#child.kill('SIGKILL');
  };

  async #next(what: string, deadlineMs: number): Promise<Scored> {
    this.#signal?.throwIfAborted();
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Scored>((resolve, reject) => {
        this.#settle = { resolve, reject };
        if (this.#ended !== undefined) this.#end(this.#ended);
        timer = setTimeout(() => {
          this.kill();
          reject(new Late(what, deadlineMs / 1000));
        }, deadlineMs);
      });
    } finally {
      clearTimeout(timer);
      this.#settle = undefined;
    }
  }

  #end(how: string): void {
    this.#ended = how;
    this.#settle?.reject(
      this.#signal?.aborted
        ? this.#signal.reason
        : new Ended(`its process ended while it was scoring (${how}).`),
    );
  }
}
