import { endpointId } from '../../core/endpoint.ts';
import type { Artifacts } from '../../core/ports/artifacts.ts';
import { numbersIn } from '../../core/ports/predictions.ts';
import type { Counted } from '../../core/ports/tallies.ts';
import { answerBin } from '../../core/rollout.ts';
import type { Answers, Task } from '../../core/task.ts';
import { taskNamed } from '../../tasks/index.ts';
import type { LoadedModel } from '../loaded-model.ts';
import type { PredictionLog } from '../log/log.ts';
import type { Planned } from '../plan.ts';
import type { InferRequest } from '../protocol.ts';
import { type Attempt, Challenger } from './client.ts';
import { RolloutCounter } from './counter.ts';
import type { StartChallenger } from './messages.ts';
import { isChallengers, seedOf } from './routing.ts';

type PlannedChallenger = NonNullable<Planned['challenger']>;
export interface RolloutsOptions {
  start: StartChallenger;
  artifacts: Pick<Artifacts, 'read'>;
  log: Pick<PredictionLog, 'predictions'>;
  onCounted(counted: Counted): void;
}

/** Who answers, as far as an answer and the log name it. */
export type Answerer = Pick<LoadedModel, 'live' | 'answer' | 'keys'>;
/** A caller's wish, by the header `x-wheelhouse-version`. */
export type Wish = 'stable' | 'challenger' | undefined;

/** Copies that may wait for a challenger in shadow. */
const MOST_COPIES = 16;
/** They are sent so long after the first one: a message takes as long as a small model, and its caller would wait for it. */
const COPY_AFTER_MS = 5;
/** A caller never waits longer for a challenger, and then gets the stable version's answer. */
const FALLBACK_MS = { least: 500, most: 4000, timesStable: 5 };
/** Of each request in the moving average of the stable version's time. */
const SHARE = 0.05;

/** A version that answers some of the requests of an endpoint, or a copy of them. */
export class Rollout {
  readonly #challenger: Challenger;
  readonly #counter: RolloutCounter;
  readonly #task: Task;
  readonly #options: RolloutsOptions;
  readonly #seed: number;
  readonly #categories: readonly (readonly [name: string, at: number])[];
  readonly by: Answerer;
  #planned: PlannedChallenger;
  #stableMs = 0;
  /** Requests whose copies are not sent yet, with the answers that their callers got. */
  #copies: { request: InferRequest; given: Answers }[] = [];
  #later: NodeJS.Timeout | undefined;
  #told = { ready: false, broken: false };

  constructor(planned: PlannedChallenger, options: RolloutsOptions) {
    const { version: live } = planned;
    const { classes = [] } = live;
    this.#planned = planned;
    this.#options = options;
    this.#challenger = new Challenger({ live, start: options.start, artifacts: options.artifacts });
    this.#task = taskNamed(live.task);
    const { answer } = this.#task;
    this.#counter = new RolloutCounter({ answer, classes });
    this.#seed = seedOf(live.deployment);
    const features = Object.entries(live.features);
    this.#categories = features.flatMap(([name, kind], at) =>
      kind === 'category' ? [[name, at]] : [],
    );
    this.by = { live, answer, keys: features.map(([name]) => `${JSON.stringify(name)}:`) };
  }

  get deployment(): string {
    return this.by.live.deployment;
  }

  /** It is loaded, and answered a row. */
  get ready(): boolean {
    return this.#challenger.ready;
  }

  /** Whose turn a request is; `counts`: it is one of those that are compared. */
  turn({ id, routingKey }: InferRequest, wish: Wish): { challenger: boolean; counts: boolean } {
    const { weight } = this.#planned;
    // As long as the challenger is not there, nothing is compared.
    if (!this.ready) return { challenger: false, counts: false };
    if (wish) return { challenger: wish === 'challenger', counts: false };
    return { challenger: isChallengers(routingKey ?? id, this.#seed, weight), counts: true };
  }

  /** The challenger's answers; undefined without usable ones in time, and then the stable version answers. */
  async challenge(request: InferRequest, counts: boolean): Promise<Answers | undefined> {
    const attempt = await this.#challenger.ask(request, this.#deadlineMs);
    const answers = this.#usable(attempt, request);
    if (!counts) return answers;
    if (answers) this.#counter.answered('challenger', answers, request.rows, attempt.ms ?? 0);
    else this.#counter.failed('challenger');
    return answers;
  }

  /** The stable version answered after that many milliseconds, or gave no usable answer. */
  stable(request: InferRequest, answers: Answers | undefined, ms: number): void {
    if (!answers) {
      this.#counter.failed('stable');
      return;
    }
    this.#counter.answered('stable', answers, request.rows, ms);
    this.#stableMs += SHARE * (ms - this.#stableMs);
    if (!this.#planned.shadow) return;
    if (this.#copies.length + this.#challenger.waiting >= MOST_COPIES) {
      this.#counter.dropped();
      return;
    }
    this.#copies.push({ request, given: answers });
    this.#later ??= setTimeout(() => this.#sendCopies(), COPY_AFTER_MS);
  }

  /** Another step of the same rollout: what was counted belongs to the one before. */
  follow(planned: PlannedChallenger): void {
    if (planned.step !== this.#planned.step) {
      this.#dropCopies();
      this.tell();
    }
    this.#planned = planned;
  }

  /** Tells what was counted, if anything was. */
  tell(): void {
    const { step, version } = this.#planned;
    const { ready, broken } = this.#challenger;
    const tally = this.#counter.take();
    const isNew = (ready && !this.#told.ready) || (broken !== undefined && !this.#told.broken);
    const { stable, challenger, shadow } = tally;
    if (!isNew && stable.requests + challenger.requests + shadow.dropped === 0) return;
    this.#told = { ready, broken: broken !== undefined };
    const { model, environment, deployment } = version;
    const counted: Counted = {
      ...{ model, environment, deployment, step, ready },
      tally: { ...tally, ...(broken !== undefined && { broken }) },
    };
    this.#options.onCounted(counted);
  }

  stop(): void {
    this.#dropCopies();
    this.tell();
    this.#challenger.stop();
  }

  /** Long enough for a version that is as slow as the stable one. */
  get #deadlineMs(): number {
    const { least, most, timesStable } = FALLBACK_MS;
    return Math.min(most, Math.max(least, timesStable * this.#stableMs));
  }

  #usable({ answers }: Attempt, { rows }: InferRequest): Answers | undefined {
    const { answer } = this.#task;
    const { classes = [] } = this.by.live;
    if (answers?.length !== rows * answer.width(classes)) return undefined;
    for (let row = 0; row < rows; row += 1)
      if (answer.fault(answers, row, classes) === undefined) return answers;
    return undefined;
  }

  #takeCopies() {
    clearTimeout(this.#later);
    const copies = this.#copies;
    [this.#copies, this.#later] = [[], undefined];
    return copies;
  }

  #dropCopies(): void {
    for (const _ of this.#takeCopies()) this.#counter.dropped();
  }

  #sendCopies(): void {
    for (const { request, given } of this.#takeCopies()) void this.#copy(request, given);
  }

  /** Off the path of the answer: its caller has it already. */
  async #copy(request: InferRequest, given: Answers): Promise<void> {
    const attempt = await this.#challenger.ask(request, this.#deadlineMs);
    const answers = this.#usable(attempt, request);
    if (!answers) {
      this.#counter.failed('challenger');
      return;
    }
    this.#counter.answered('challenger', answers, request.rows, attempt.ms ?? 0);
    const flips = Array.from({ length: request.rows }, (_, row) =>
      this.#isFlipped(given, answers, row),
    );
    this.#counter.compared(flips, (row) =>
      this.#categories.map(([name, at]) =>
        `${name}=${request.columns[at]?.[row] ?? ''}`.slice(0, 80),
      ),
    );
    this.#log(request, answers);
  }

  #isFlipped(given: Answers, answers: Answers, row: number): boolean {
    const { classes = [] } = this.by.live;
    const { decided, answer } = this.#task;
    const of = (all: Answers) =>
      decided
        ? decided({ answers: all, classes }, row)
        : answerBin(numbersIn(answer) ?? 'value', [all[row] ?? Number.NaN]);
    // Numbers in neighbouring bins may be nearly the same.
    return Math.abs(of(given) - of(answers)) > (decided ? 0 : 1);
  }

  #log(request: InferRequest, answers: Answers): void {
    const { live, answer, keys } = this.by;
    const { model, environment, version, classes = [] } = live;
    this.#options.log.predictions({
      ...{ model, version, keys, classes, answers, environment: `${environment}.shadow` },
      ...{ columns: request.columns, ids: request.ids, times: request.times, rows: request.rows },
      ...{ fields: answer.fields, untimed: typeof request.times === 'string' },
    });
  }
}

export const idOf = ({ version }: PlannedChallenger): string => endpointId(version);
