import type { Clock } from '../core/clock.ts';
import { type Endpoint, endpointId } from '../core/endpoint.ts';
import { BadInput, NotFound, Unreachable, WheelhouseError } from '../core/errors.ts';
import { didYouMean } from '../core/suggest.ts';
import type { Answers } from '../core/task.ts';
import type { Given } from './answer.ts';
import type { Answerer, Rollout, Wish } from './challenger/rollout.ts';
import type { Rollouts } from './challenger/rollouts.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { PredictionLog } from './log/log.ts';
import type { ModelCache } from './model-cache.ts';
import type { Admission } from './overload.ts';
import { type InferRequest, readInfer } from './protocol.ts';
import type { RecentIds } from './recent.ts';
import { say } from './say.ts';
import type { TimeBounds, TimeLimits } from './times.ts';
import type { TrafficCounter } from './traffic.ts';

export interface InferenceNeeds {
  cache: ModelCache;
  log: Pick<PredictionLog, 'predictions'>;
  clock: Clock;
  times: TimeLimits;
  recent: RecentIds;
  traffic: TrafficCounter;
  admission: Pick<Admission, 'answered'>;
  /** Versions that answer beside what is live; none in a gateway that runs no challengers. */
  rollouts?: Rollouts | undefined;
}

/** Which of the versions of an endpoint a caller asks for. */
export interface Asked {
  /** The value of `x-wheelhouse-version`. */
  wish?: unknown;
  /** The version in the address; undefined: whichever answers. */
  version?: string | undefined;
}

/** The answers to a request. */
export interface Inferred {
  by: Answerer;
  id: string;
  given: Given;
  /** IDs that were answered before for other inputs. */
  repeated: string[];
}

/** By which a chosen caller reaches one of the versions of a rollout. */
export const VERSION_HEADER = 'x-wheelhouse-version';

function wishOf(wanted: unknown): Wish {
  if (wanted === undefined || wanted === 'stable' || wanted === 'challenger') return wanted;
  throw new BadInput(`${VERSION_HEADER} is ${say(wanted)}: write stable or challenger.`);
}

/** Answers requests for predictions, whichever protocol they came by. */
export class Inference {
  readonly #needs: InferenceNeeds;

  constructor(needs: InferenceNeeds) {
    this.#needs = needs;
  }

  /**
   * What answers, as far as there is no rollout.
   * @throws NotFound if nothing is live, Unreachable if what is live could not be loaded
   */
  slot(endpoint: Endpoint): LoadedModel {
    const slot = this.#needs.cache.slot(endpoint);
    if (slot) return slot;
    const problem = this.#needs.cache.problem(endpoint);
    if (problem)
      throw new Unreachable(
        `${endpoint.model} v${problem.version} does not answer: ${problem.error}`,
      );
    throw this.nothingLive(endpoint);
  }

  /**
   * The version that a request would get that asks for it: what is live, or the version of a rollout beside it.
   * @throws NotFound if it is another one, Unreachable if it is not loaded yet
   */
  answering(endpoint: Endpoint, version: string | undefined): Answerer {
    const slot = this.slot(endpoint);
    const rollout = this.#needs.rollouts?.of(slot.id);
    const chosen = this.#chosen(slot, rollout, endpoint, version);
    if (chosen !== 'challenger' || !rollout) return slot;
    if (!rollout.ready) throw unanswered(rollout, 'is not loaded yet');
    return rollout.by;
  }

  nothingLive({ model, environment }: Endpoint): NotFound {
    const like = didYouMean(model, this.#needs.cache.models(environment));
    return new NotFound(`nothing is live for ${say(model)} in ${environment}.${like}`);
  }

  boundsFrom(earliest: Date | undefined, now: Date): TimeBounds {
    const { aheadMs, hoursPerRequest } = this.#needs.times;
    return { earliest, latest: now.getTime() + aheadMs, hours: hoursPerRequest };
  }

  /** @param body a request of the protocol, as its JSON has it */
  async infer(endpoint: Endpoint, body: unknown, asked: Asked = {}): Promise<Inferred> {
    const { traffic, admission } = this.#needs;
    const began = performance.now();
    try {
      const inferred = await this.#infer(endpoint, body, asked);
      const ms = performance.now() - began;
      traffic.answered(endpoint, inferred.by.live.version, ms);
      admission.answered(ms);
      return inferred;
    } catch (error) {
      if (!(error instanceof WheelhouseError && error.blame === 'user'))
        traffic.failed(endpoint, this.#versionOf(endpoint));
      throw error;
    }
  }

  async #infer(endpoint: Endpoint, body: unknown, asked: Asked): Promise<Inferred> {
    const { clock, log, recent } = this.#needs;
    // Read once: a switch in between affects the next request.
    const slot = this.slot(endpoint);
    const rollout = this.#needs.rollouts?.of(slot.id);
    const chosen = this.#chosen(slot, rollout, endpoint, asked.version);
    const now = clock.now();
    const request = readInfer(body, slot.accepts, now, this.boundsFrom(slot.live.earliest, now));
    const { by, answers } =
      chosen === 'challenger' && rollout
        ? { by: rollout.by, answers: await challenged(rollout, request) }
        : await this.#answered(slot, rollout, request, chosen ?? wishOf(asked.wish));
    const { model, environment, version, classes = [] } = by.live;
    const given = { fields: by.answer.fields, classes, answers, rows: request.rows };
    log.predictions({
      ...{ model, environment, version, keys: by.keys, columns: request.columns },
      ...{ ids: request.ids, times: request.times, untimed: typeof request.times === 'string' },
      ...given,
    });
    return { by, id: request.id, given, repeated: recent.remember(slot.id, request) };
  }

  /** The version in an address: what is live answers, and what a rollout's ticket allows beside it. */
  #chosen(
    slot: LoadedModel,
    rollout: Rollout | undefined,
    endpoint: Endpoint,
    version: string | undefined,
  ): Wish {
    if (version === undefined) return undefined;
    if (version === String(slot.live.version)) return 'stable';
    if (version === String(rollout?.by.live.version)) return 'challenger';
    throw this.#notLive(slot, endpoint, version);
  }

  #notLive({ live }: LoadedModel, endpoint: Endpoint, version: string): NotFound {
    const { model, environment } = endpoint;
    const beside = this.#needs.rollouts?.of(endpointId(endpoint))?.by.live.version;
    const rollout = beside === undefined ? '' : `, and v${beside} in a rollout`;
    const problem = this.#needs.cache.problem(endpoint);
    const why = String(problem?.version) === version ? ` ${problem?.error}` : '';
    return new NotFound(
      `version ${say(version)} of ${model} is not live in ${environment}: v${live.version} answers there${rollout}.${why}`,
    );
  }

  /** By the stable version, unless it is a challenger's turn and that gives a usable answer in time. */
  async #answered(
    slot: LoadedModel,
    rollout: Rollout | undefined,
    request: InferRequest,
    wish: Wish,
  ): Promise<{ by: Answerer; answers: Answers }> {
    if (!rollout) return { by: slot, answers: await this.#answersOf(slot, request) };
    const { challenger, counts } = rollout.turn(request, wish);
    const theirs = challenger ? await rollout.challenge(request, counts) : undefined;
    if (theirs) return { by: rollout.by, answers: theirs };
    if (challenger || !counts) return { by: slot, answers: await this.#answersOf(slot, request) };
    const began = performance.now();
    let answers: Answers | undefined;
    try {
      answers = await this.#answersOf(slot, request);
    } finally {
      const usable = answers && slot.served.anyUsable(answers, request.rows) ? answers : undefined;
      rollout.stable(request, usable, performance.now() - began);
    }
    return { by: slot, answers };
  }

  /** A version that gives no usable answer is suspect, whether it throws or answers. */
  async #answersOf(slot: LoadedModel, request: InferRequest): Promise<Answers> {
    let fine = false;
    try {
      const answers = await slot.served.answer(request.columns, request.rows);
      fine = slot.health.isFine(slot.served, answers, request);
      return answers;
    } finally {
      if (!fine) void this.#needs.cache.suspect(slot);
    }
  }

  /** Of what is live, whether it could be loaded or not. */
  #versionOf(endpoint: Endpoint): number {
    const { cache } = this.#needs;
    return cache.slot(endpoint)?.live.version ?? cache.problem(endpoint)?.version ?? 0;
  }
}

/** Who asks for the challenger by its number gets no answer by another version. */
async function challenged(rollout: Rollout, request: InferRequest): Promise<Answers> {
  if (!rollout.ready) throw unanswered(rollout, 'is not loaded yet');
  const answers = await rollout.challenge(request, false);
  if (answers) return answers;
  throw unanswered(rollout, 'gave no usable answer in time');
}

function unanswered({ by: { live } }: Rollout, why: string): Unreachable {
  return new Unreachable(`${live.model} v${live.version} ${why}: ask without a version.`);
}
