import { performance } from 'node:perf_hooks';
import { WheelhouseError } from '../core/errors.ts';
import { plural } from '../core/figures.ts';

/** Whoever gets this asks again after so many seconds. */
export const RETRY_AFTER_S = 1;
const MEASURE_EVERY_MS = 25;
/** A process that waits for requests less than this share of the time has no time for more of them. */
const BUSY = 0.9;
/**
 * This many measurements in a row: half a second. On a busy machine, a process that does little gets no processor for
 * longer than a tenth of a second, and then has no idle time either.
 */
const SATURATED_AFTER = 20;
/** For so long it then counts as saturated. */
const SATURATED_FOR = 20;
/** In a round, whatever a request costs: a few callers who wait for their answers are no overload. */
const ALWAYS = 3;
/** In a round of a process that is not saturated: after a second of silence another process would take its place. */
const BURST_MS = 500;
const TOLD_EVERY_MS = 10_000;
/** Of the newest measurement in the moving average of what a request costs. */
const SHARE = 0.1;
/** By how much one request that took longer raises what is known of the slowest hundredth; 99 others lower it again. */
const STEP = 1.1;
/** What one costs is measured over this many requests. */
const ENOUGH = 5;

/** More requests arrive than can be answered soon. */
export class Overloaded extends WheelhouseError {
  constructor() {
    super('upstream', 'the gateway gets more requests than it can answer soon: try again later.');
  }
}

/** Milliseconds since any instant. */
interface Measured {
  at: number;
  /** Of that, in which this process did not wait for anything. On a busy machine it waits for a processor, too. */
  active: number;
  /** CPU time of this process. */
  cpuMs: number;
}

interface AdmissionOptions {
  /** For how long requests may queue in a saturated process at most; undefined: any time. Milliseconds. */
  queueMs: number | undefined;
  onProblem(problem: WheelhouseError): void;
  measure?(): Measured;
  /** Calls back when what has arrived so far was read. */
  afterRound?(call: () => void): void;
}

/**
 * Refuses requests that would wait too long, before they are read: a refusal costs a fraction of an answer. Requests
 * queue where this process cannot see them, in its sockets; what it reads in one round of its event loop arrived during
 * the round before. While it is saturated it therefore accepts no more in a round than it can answer in the time that
 * the slowest hundredth of requests takes without overload, by what a request costs in CPU time: a request waits for one
 * such round and is answered in the next, and so takes at most twice as long. A round is never longer than `queueMs`,
 * and is at least three requests. A burst that it can work off without being saturated is accepted.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #measure: () => Measured;
  readonly #afterRound: (call: () => void) => void;
  #timer: NodeJS.Timeout | undefined;
  /** Of a request, and when that was last measured. */
  #costMs = 0;
  #costAt: Measured;
  /** The 99th percentile of what requests take while there is time for all of them; 0 if that is not known yet. */
  #slowMs = 0;
  /** Requests since the last measurement that took longer, and that did not. */
  #took = { longer: 0, less: 0 };
  /** Measurements in a row at which it was busy. */
  #busy = 0;
  /** Measurements for which it still counts as saturated. */
  #saturated = 0;
  /** Since then, and in this round. */
  #accepted = 0;
  #round = 0;
  /** Since the last measurement, accepted or not. */
  #arrived = 0;
  #last: Measured;
  #refused = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#measure = options.measure ?? measured;
    this.#afterRound = options.afterRound ?? ((call) => void setImmediate(call));
    this.#costAt = this.#measure();
    this.#last = this.#costAt;
    if (options.queueMs === undefined) return;
    this.#timer = setInterval(() => this.look(), MEASURE_EVERY_MS);
    this.#timer.unref();
  }

  /** Called for every request. False: it is refused. */
  accepts(): boolean {
    const { queueMs } = this.#options;
    if (queueMs === undefined) return true;
    this.#arrived += 1;
    if (this.#round === 0) this.#afterRound(() => this.#endRound());
    if (this.#round >= this.#mostIn(this.#saturated > 0 ? this.#roundMs(queueMs) : BURST_MS)) {
      this.#refused += 1;
      return false;
    }
    this.#round += 1;
    this.#accepted += 1;
    return true;
  }

  /** An accepted request was answered after so many milliseconds in this process. */
  answered(ms: number): void {
    if (this.#slowMs === 0) this.#slowMs = ms;
    else this.#took[ms > this.#slowMs ? 'longer' : 'less'] += 1;
  }

  /** Measures; called every 25 ms. */
  look(): void {
    const now = this.#measure();
    this.#tell();
    // What it refuses leaves it moments without work: what counts is the work that arrived.
    const passed = now.at - this.#last.at;
    const still = this.#saturated > 0 && this.#arrived * this.#costMs > BUSY * passed;
    const busy = now.active - this.#last.active > BUSY * passed;
    const { longer, less } = this.#took;
    [this.#arrived, this.#last, this.#took] = [0, now, { longer: 0, less: 0 }];
    if (!busy && this.#saturated === 0) {
      this.#slowMs *= STEP ** (longer - less / 99);
      // What else this process does would count as the cost of a few requests.
      [this.#busy, this.#accepted, this.#costAt] = [0, 0, now];
      return;
    }
    if (this.#accepted >= ENOUGH) {
      const cost = (now.cpuMs - this.#costAt.cpuMs) / this.#accepted;
      this.#costMs += (this.#costMs === 0 ? 1 : SHARE) * (cost - this.#costMs);
      this.#costAt = now;
      this.#accepted = 0;
    }
    this.#busy = busy && this.#costMs > 0 ? this.#busy + 1 : 0;
    if (this.#busy >= SATURATED_AFTER || still) this.#saturated = SATURATED_FOR;
    else if (this.#saturated > 0) this.#saturated -= 1;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** How long a round may take: see above. */
  #roundMs(queueMs: number): number {
    return this.#slowMs === 0 ? queueMs : Math.min(queueMs, this.#slowMs);
  }

  /** Requests that it can answer in that time; any number before it is known what one costs. */
  #mostIn(ms: number): number {
    return Math.max(ALWAYS, Math.floor(ms / this.#costMs));
  }

  #endRound(): void {
    this.#round = 0;
  }

  #tell(): void {
    if (this.#refused === 0 || performance.now() - this.#toldAt < TOLD_EVERY_MS) return;
    this.#toldAt = performance.now();
    const many = plural(this.#refused, 'request');
    this.#refused = 0;
    this.#options.onProblem(
      new WheelhouseError('upstream', `answering predictions: ${many} refused with status 429.`, {
        next: `A request costs ${this.#costMs.toFixed(2)} ms of CPU time: add processes or gateways.`,
      }),
    );
  }
}

function measured(): Measured {
  const { active, idle } = performance.eventLoopUtilization();
  const { user, system } = process.cpuUsage();
  return { at: active + idle, active, cpuMs: (user + system) / 1000 };
}
