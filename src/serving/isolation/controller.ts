import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '../../core/clock.ts';
import { inWords, Unreachable, WheelhouseError } from '../../core/errors.ts';
import type { Answering } from '../../core/ports/gateways.ts';
import type { Gateway } from '../gateway.ts';
import { type Blame, blameForSilence, Deaths, patience } from './blame.ts';
import { bring } from './bring.ts';
import { ChallengerProcesses } from './challenger-processes.ts';
import { InferenceChild } from './child.ts';
import { Following } from './following.ts';
import { Front } from './front.ts';
import { outOfMemoryKills } from './memory.ts';
import type { Word } from './messages.ts';
import type { IsolatedOptions } from './options.ts';
import { IDLE } from './register.ts';
import { passOn } from './siblings.ts';
import { Sockets } from './sockets.ts';
import { BOOT_MS, LOOK_EVERY_MS, OVERTAKEN_AFTER_MS, STOP_MS, UNTRIED_MS } from './timing.ts';

/** Words that change nothing. */
const COUNTS: ReadonlySet<Word['type']> = new Set([
  'ask',
  'beat',
  'knows',
  'traffic',
  'rollout',
  'serving',
  'bring',
  'challenger',
]);

/**
 * Serves what is live, with the models in separate processes. This process runs no model and reads no request:
 * it decides what to serve, checks the others, and kills those that hang.
 */
export function createIsolatedGateway(options: IsolatedOptions): Gateway {
  return new Controller(options);
}

class Controller implements Gateway {
  readonly #options: IsolatedOptions;
  readonly #following: Following;
  readonly #children = new Set<InferenceChild>();
  readonly #deaths = new Deaths(() => performance.now());
  readonly #challengers: ChallengerProcesses;
  readonly #front: Front;
  /** Those that accept, and one on standby: docs/decisions/0018-models-run-in-processes-that-can-be-ended.md. */
  readonly #processes: number;
  #folder = '';
  #sockets: Sockets | undefined;
  #unsubscribe = () => {};
  #timers: NodeJS.Timeout[] = [];
  #stopping = false;
  #starting = 0;
  #accepted = () => {};
  #outOfMemory = 0;
  #planned = { number: -1, at: 0 };

  constructor(options: IsolatedOptions) {
    this.#options = options;
    const { live, quarantines, settings, clock = systemClock, processes = 1 } = options;
    this.#challengers = new ChallengerProcesses(options.forkChallenger);
    this.#front = new Front(processes);
    this.#processes = processes + 1;
    const { environments } = settings;
    this.#following = new Following({
      ...{ live, quarantines, environments, clock },
      onProblem: this.#onProblem,
      changed: () => this.#advance(),
    });
  }

  get address(): string {
    return this.#sockets?.address ?? '';
  }

  get grpcAddress(): string | undefined {
    return this.#sockets?.grpcAddress;
  }

  get serving(): readonly Answering[] {
    return this.#front.serving(this.#following.plan);
  }

  async start(): Promise<void> {
    const { live, settings } = this.#options;
    this.#sockets = await Sockets.bind(this.#options);
    // Empty and private: a model finds no other files there.
    this.#folder = await mkdtemp(join(tmpdir(), 'wheelhouse-inference-'));
    const accepting = new Promise<void>((resolve) => {
      this.#accepted = resolve;
    });
    this.#unsubscribe = live.onChange(() => void this.#following.refresh());
    this.#timers = [
      setInterval(() => void this.#look(), LOOK_EVERY_MS),
      setInterval(() => void this.#poll(), settings.pollMs ?? 2000),
    ];
    this.#outOfMemory = await outOfMemoryKills();
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
    for (const child of this.#children) {
      child.kill();
      this.#challengers.drop(child);
    }
    this.#sockets?.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  readonly #onProblem = (problem: WheelhouseError): void => this.#options.onProblem?.(problem);

  /** Does whatever is necessary next; called whenever something has changed. */
  #advance(): void {
    if (this.#stopping) return;
    const well = [...this.#children].filter(({ stuck }) => !stuck);
    // At most one more: a stuck process may recover.
    const room = this.#processes + 1 - this.#children.size;
    const missing = Math.min(room, this.#processes - well.length) - this.#starting;
    for (let start = 0; start < missing; start += 1) void this.#startOne();
    const { number } = this.#following.plan;
    if (this.#planned.number !== number) this.#planned = { number, at: performance.now() };
    const up = well.filter((child) => child.up);
    if (this.#sockets) this.#front.fill(up, this.#following.plan, this.#sockets);
    // A new version is loaded where nobody waits for an answer: it may hang or crash.
    const others = up.filter((child) => !this.#front.has(child));
    const trying = others.find(({ given }) => given === number) ?? others[0];
    if (trying && trying.given < number) trying.give(this.#following.plan);
    const waited = performance.now() - this.#planned.at;
    const tried = trying ? trying.followed === number : waited > UNTRIED_MS;
    if (tried) this.#front.give(this.#following.plan);
  }

  async #poll(): Promise<void> {
    await this.#following.refresh();
    this.#outOfMemory = await outOfMemoryKills();
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
    if (word.type === 'disk') this.#options.onDisk?.(word.endpoint, word.why, word.dropped);
    else if (word.type === 'traffic') this.#options.onTraffic?.(word.counted);
    else if (word.type === 'ask' || word.type === 'knows') passOn(child, word, this.#children);
    else if (word.type === 'rollout') this.#options.onCounted?.(word.counted);
    else if (word.type === 'challenger') {
      // One that was dropped may still have said something: nobody would end what it starts now.
      if (this.#children.has(child)) this.#challengers.hear(child, this.#folder, word);
    } else if (word.type === 'bring') void bring(child, word.sha256, this.#options);
    else if (word.type === 'problem') {
      const { blame, message, next } = word;
      this.#onProblem(new WheelhouseError(blame, message, next === undefined ? {} : { next }));
    } else if (word.type === 'fault') {
      const { slot, fault, words } = word;
      this.#following.keepOut({ slot, fault, words });
    } else if (word.type === 'accepting' && this.#front.has(child)) this.#accepted();
    if (!COUNTS.has(word.type)) this.#advance();
  };

  async #look(): Promise<void> {
    const { deadlineMs = 4000 } = this.#options;
    for (const child of [...this.#children]) {
      // By number of checks, not by time: while this thread was stuck itself, it received nothing either.
      child.silent += LOOK_EVERY_MS;
      if (child.up) child.beCareful(this.#deaths.careful);
      if (child.silent < (child.up ? 2 * LOOK_EVERY_MS : BOOT_MS)) continue;
      const { now } = await child.doing();
      if (!this.#children.has(child)) continue;
      child.stuck = now.phase !== IDLE && child.silent >= OVERTAKEN_AFTER_MS;
      const silent = child.silent - child.progressAt;
      if (child.up && silent < patience(now, deadlineMs)) continue;
      this.#drop(child);
      child.kill();
      this.#blame(blameForSilence(now, silent));
    }
    this.#retireOne();
    this.#advance();
  }

  /** The one that was started to replace another that has recovered. */
  #retireOne(): void {
    const all = [...this.#children];
    if (all.length <= this.#processes || all.some(({ stuck, up }) => stuck || !up)) return;
    const extra = all.find((child) => !this.#front.has(child));
    if (!extra) return;
    this.#drop(extra);
    extra.send({ type: 'stop' });
    setTimeout(() => extra.kill(), 2 * STOP_MS).unref();
  }

  readonly #ended = async (child: InferenceChild, how: string): Promise<void> => {
    const ours = !this.#children.has(child);
    this.#drop(child);
    if (ours || this.#stopping) return;
    const [seen, kills] = await Promise.all([child.doing(), outOfMemoryKills()]);
    const outOfMemory = kills > this.#outOfMemory;
    this.#outOfMemory = kills;
    const blame = this.#deaths.add({ seen, careful: child.careful, how, outOfMemory });
    for (const other of this.#children) if (other.up) other.beCareful(this.#deaths.careful);
    if (!blame)
      this.#onProblem(
        new Unreachable(`answering predictions: an inference process ended (${how}).`, {
          next: 'Another one takes over. No version is blamed for it so far.',
        }),
      );
    this.#blame(blame);
  };

  #blame(blame: Blame | undefined): void {
    if (blame) this.#following.keepOut(blame);
    this.#advance();
  }

  #drop(child: InferenceChild): void {
    this.#children.delete(child);
    this.#front.drop(child);
    this.#challengers.drop(child);
  }
}
