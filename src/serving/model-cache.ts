import type { Clock } from '../core/clock.ts';
import { type Endpoint, endpointId } from '../core/endpoint.ts';
import { inWords, Unreachable, type WheelhouseError } from '../core/errors.ts';
import type { Artifacts } from '../core/ports/artifacts.ts';
import type { LiveVersion } from '../core/ports/serving.ts';
import type { AnswerSpec } from '../core/task.ts';
import { taskNamed } from '../tasks/index.ts';
import { isBroken, ModelHealth } from './doubt.ts';
import type { LabelOf } from './labels.ts';
import type { LoadedModel } from './loaded-model.ts';
import { Unfit, type Watch } from './model.ts';
import type { KnownVersion, Planned, Problem } from './plan.ts';
import { accepts } from './protocol.ts';
import { Stock } from './stock.ts';

type Candidate = Planned['instead'][number];

interface Place {
  of: Endpoint;
  /** Undefined if nothing is live, or nothing could be loaded yet. */
  slot: LoadedModel | undefined;
  /** Whether something is live according to the registry. */
  wanted: boolean;
  /** As it was last listed. */
  planned: Planned;
  /** Why the version to serve does not load. */
  problem: (Problem & { attempts: number; retryAt: number }) | undefined;
  stock: Stock;
}

interface ShelfOptions {
  /** What to serve. Throws if it cannot be determined. */
  plan(): Promise<readonly Planned[]>;
  artifacts: Pick<Artifacts, 'read'>;
  /** Records the calls of the version with that number in the plan. */
  watch?(slot: number): Watch;
  clock: Clock;
  maxRows: number;
  /** Loaded models kept for each endpoint, including the serving one, so that a rollback is fast. */
  keepWarm: number;
  onProblem(problem: WheelhouseError): void;
  /** The version with that number in the plan should not be served: `words` is a sentence. */
  onFault?(slot: number, fault: 'unloadable' | 'wrong', words: string): void;
}

/** A file that is refused twice is not refused by chance. */
const UNLOADABLE_AFTER = 2;
const MAX_RETRY_MS = 60_000;

/**
 * What is live, loaded and warmed up. A version replaces another in one assignment, and only after it has
 * answered a row; if it cannot be loaded, the other one stays, or the newest earlier version answers.
 */
export class ModelCache {
  readonly #options: ShelfOptions;
  /** By endpoint. */
  readonly #places = new Map<string, Place>();
  #refreshing: Promise<void> | undefined;
  #again = false;
  #listed = false;
  #listFailed = false;

  constructor(options: ShelfOptions) {
    this.#options = options;
  }

  slot(endpoint: Endpoint): LoadedModel | undefined {
    return this.#places.get(endpointId(endpoint))?.slot;
  }

  /** The models of which something is live in the environment. */
  models(environment: string): string[] {
    return [...this.#places.values()].flatMap(({ of, wanted }) =>
      wanted && of.environment === environment ? [of.model] : [],
    );
  }

  problem(endpoint: Endpoint): Problem | undefined {
    const place = this.#places.get(endpointId(endpoint));
    const problem = place?.problem ?? (place?.wanted ? place.planned.problem : undefined);
    if (!problem) return undefined;
    const { version, deployment, error, at } = problem;
    return { version, deployment, error, at };
  }

  /** Whether it was ever live since the start. */
  knows(endpoint: Endpoint): boolean {
    return this.#places.has(endpointId(endpoint));
  }

  label(endpoint: Endpoint): LabelOf {
    const planned = this.#places.get(endpointId(endpoint))?.planned;
    return planned && { spec: taskNamed(planned.task).label, classes: planned.classes ?? [] };
  }

  /** The live version and those before it, whether or not they are loaded; none if nothing is live. */
  versions(endpoint: Endpoint): readonly KnownVersion[] {
    const place = this.#places.get(endpointId(endpoint));
    return place?.wanted ? place.planned.known : [];
  }

  /** The registry was asked what is live, so that it is known what a model answers: see `problem`. */
  get ready(): boolean {
    return this.#listed;
  }

  /** Asks what is live and follows it. One call at a time; a call in between adds one round. Never throws. */
  refresh(): Promise<void> {
    this.#again = true;
    this.#refreshing ??= this.#rounds().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async close(): Promise<void> {
    await this.#refreshing;
    for (const place of this.#places.values()) {
      place.slot = undefined;
      place.stock.clear();
    }
  }

  async #rounds(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      const wanted = await this.#list();
      if (!wanted) return;
      const endpoints = new Set(wanted.map(endpointId));
      for (const [id, place] of this.#places)
        if (!endpoints.has(id))
          Object.assign(place, { slot: undefined, wanted: false, problem: undefined });
      for (const planned of wanted) await this.#follow(planned);
      this.#listed = true;
    }
  }

  async #list(): Promise<readonly Planned[] | undefined> {
    try {
      const list = await this.#options.plan();
      this.#listFailed = false;
      return list;
    } catch (cause) {
      // The current versions keep serving; reported once for the whole period.
      if (!this.#listFailed)
        this.#options.onProblem(
          new Unreachable(`asking the registry what is live: ${inWords(cause)}`, {
            next: 'Until it answers, the same versions are served as before.',
            cause,
          }),
        );
      this.#listFailed = true;
      return undefined;
    }
  }

  async #follow(planned: Planned): Promise<void> {
    const { model, environment, serve: live, slot, instead } = planned;
    const { clock, onProblem, onFault } = this.#options;
    const id = endpointId(planned);
    const place = this.#places.get(id) ?? {
      of: { model, environment },
      ...{ slot: undefined, wanted: true, problem: undefined, planned },
      stock: new Stock(this.#options),
    };
    this.#places.set(id, place);
    Object.assign(place, { wanted: true, planned });
    if (!live) {
      Object.assign(place, { slot: undefined, problem: undefined });
      return;
    }
    if (isSame(place.slot?.live, live)) {
      place.problem = undefined;
      return;
    }
    const last = place.problem?.deployment === live.deployment ? place.problem : undefined;
    if (last && performance.now() < last.retryAt) return;
    const before = place.slot?.live;
    try {
      await this.#switch(place, { version: live, slot });
      place.problem = undefined;
    } catch (cause) {
      const { version, deployment } = live;
      const attempts = (last?.attempts ?? 0) + 1;
      const retryAt = performance.now() + Math.min(MAX_RETRY_MS, 1000 * 2 ** attempts);
      const error = inWords(cause);
      place.problem = { version, deployment, error, at: clock.now(), attempts, retryAt };
      await this.#standIn(place, instead);
      if (cause instanceof Unfit && attempts >= UNLOADABLE_AFTER)
        onFault?.(slot, 'unloadable', `It does not load: ${error}`);
      if (last?.error === error) return;
      const kept = place.slot
        ? `version ${place.slot.live.version} ${isSame(place.slot.live, before) ? 'keeps serving' : 'serves'}`
        : 'nothing answers';
      onProblem(
        new Unreachable(`switching ${id} to version ${version} (${deployment}): ${error}`, {
          next: `Meanwhile ${kept}; it is tried again.`,
          cause,
        }),
      );
    }
  }

  /** The newest earlier version that loads answers; if there is none, the last one keeps answering. */
  async #standIn(place: Place, instead: readonly Candidate[]): Promise<void> {
    for (const candidate of instead) {
      if (isSame(place.slot?.live, candidate.version)) return;
      try {
        await this.#switch(place, candidate);
        return;
      } catch {
        // Reported for the live version already; the next one is tried.
      }
    }
  }

  async #switch(place: Place, { version: live, slot: number }: Candidate): Promise<void> {
    const { clock, maxRows } = this.#options;
    const served = await place.stock.take(live, number);
    place.slot = {
      id: endpointId(place.of),
      ...{ live, served, number, health: new ModelHealth(), answer: taskNamed(live.task).answer },
      accepts: accepts(live.features, served.elements, maxRows, live.nullCategory),
      keys: Object.keys(live.features).map((name) => `${JSON.stringify(name)}:`),
      since: clock.now(),
    };
    place.stock.evict(served);
  }

  /** A request got no usable score from it. Never throws; the caller does not wait for the consequences. */
  async suspect(slot: LoadedModel): Promise<void> {
    const { onFault } = this.#options;
    if (!slot.health.strike() || !onFault) return;
    const { live, served, health, number, answer } = slot;
    const place = this.#places.get(endpointId(live));
    if (place?.slot !== slot) return;
    const next = place.planned.instead.find(({ version }) => !isSame(version, live));
    const before = next && (await place.stock.take(next.version, next.slot).catch(() => undefined));
    if (await isBroken({ served, live, witness: health.witness, before }))
      onFault(number, 'wrong', wrong(answer));
  }
}

const wrong = ({ expected }: AnswerSpec) =>
  `It did not give ${expected} to any row of 5 requests in a row, nor to rows such as it was trained on.`;

const isSame = (a: LiveVersion | undefined, b: LiveVersion | undefined): boolean =>
  a?.deployment === b?.deployment && a?.version === b?.version;
