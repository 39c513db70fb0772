import type { Clock } from '../core/clock.ts';
import { inWords, Unreachable, type WheelhouseError } from '../core/errors.ts';
import type { Artifacts } from '../core/ports/artifacts.ts';
import type { LiveVersion, LiveVersions } from '../core/ports/serving.ts';
import { loadModel, type ServedModel } from './model.ts';
import { type Accepts, accepts } from './protocol.ts';

/** A version that answers. A request takes one of these and keeps it to its end. */
export interface Slot {
  live: LiveVersion;
  served: ServedModel;
  accepts: Accepts;
  /** Names of the features as JSON keys, for the log. */
  keys: readonly string[];
  /** When traffic was switched to it. */
  since: Date;
}

/** Why what the registry says is live does not answer. */
export interface Problem {
  version: number;
  deployment: string;
  error: string;
  at: Date;
}

interface Place {
  /** Undefined where nothing is live, or nothing could be loaded yet. */
  slot: Slot | undefined;
  /** Whether the registry says that something is live. */
  wanted: boolean;
  problem: (Problem & { attempts: number; retryAt: number }) | undefined;
  /** Loaded models by artifact and schema, last used last. */
  warm: Map<string, ServedModel>;
}

interface ShelfOptions {
  live: LiveVersions;
  artifacts: Artifacts;
  environment: string;
  clock: Clock;
  maxRows: number;
  /** Loaded models kept for each model, the serving one included: a rollback finds its session warm. */
  keepWarm: number;
  onProblem(problem: WheelhouseError): void;
}

const MAX_RETRY_MS = 60_000;

/**
 * What is live, loaded and warm. A version replaces another in one assignment, and only once it has
 * answered a row; one that cannot be loaded leaves the other where it was.
 */
export class Shelf {
  readonly #options: ShelfOptions;
  readonly #places = new Map<string, Place>();
  #refreshing: Promise<void> | undefined;
  #again = false;
  #listed = false;
  #listFailed = false;

  constructor(options: ShelfOptions) {
    this.#options = options;
  }

  slot(model: string): Slot | undefined {
    return this.#places.get(model)?.slot;
  }

  /** The models of which something is live. */
  models(): string[] {
    return [...this.#places].flatMap(([model, { wanted }]) => (wanted ? [model] : []));
  }

  problem(model: string): Problem | undefined {
    const problem = this.#places.get(model)?.problem;
    if (!problem) return undefined;
    const { version, deployment, error, at } = problem;
    return { version, deployment, error, at };
  }

  /** Whether it was ever live since the start. */
  knows(model: string): boolean {
    return this.#places.has(model);
  }

  /** Every model that is live has a version that answers. */
  get ready(): boolean {
    return this.#listed && [...this.#places.values()].every(({ slot, wanted }) => slot || !wanted);
  }

  /** Asks what is live and follows it. One at a time; a call meanwhile makes one more round. Never throws. */
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
      for (const served of place.warm.values()) served.release();
      place.warm.clear();
    }
  }

  async #rounds(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      const all = await this.#list();
      if (!all) return;
      const wanted = all.filter(({ environment }) => environment === this.#options.environment);
      const models = new Set(wanted.map(({ model }) => model));
      for (const [model, place] of this.#places)
        if (!models.has(model))
          Object.assign(place, { slot: undefined, wanted: false, problem: undefined });
      for (const live of wanted) await this.#follow(live);
      this.#listed = true;
    }
  }

  async #list(): Promise<LiveVersion[] | undefined> {
    try {
      const list = await this.#options.live.list();
      this.#listFailed = false;
      return list;
    } catch (cause) {
      // What answers goes on answering; said once for as long as it lasts.
      if (!this.#listFailed)
        this.#options.onProblem(
          new Unreachable(`asking the registry what is live: ${inWords(cause)}`, {
            next: 'The versions served so far go on being served; it is asked again.',
            cause,
          }),
        );
      this.#listFailed = true;
      return undefined;
    }
  }

  async #follow(live: LiveVersion): Promise<void> {
    const { clock, maxRows, onProblem } = this.#options;
    let place = this.#places.get(live.model);
    if (!place) {
      place = { slot: undefined, wanted: true, problem: undefined, warm: new Map() };
      this.#places.set(live.model, place);
    }
    place.wanted = true;
    if (
      place.slot?.live.deployment === live.deployment &&
      place.slot.live.version === live.version
    ) {
      place.problem = undefined;
      return;
    }
    const last = place.problem?.deployment === live.deployment ? place.problem : undefined;
    if (last && performance.now() < last.retryAt) return;
    try {
      const served = await this.#load(place, live);
      place.slot = {
        live,
        served,
        accepts: accepts(live.features, served.whole, maxRows),
        keys: Object.keys(live.features).map((name) => `${JSON.stringify(name)}:`),
        since: clock.now(),
      };
      place.problem = undefined;
      this.#evict(place);
    } catch (cause) {
      const { version, deployment } = live;
      const attempts = (last?.attempts ?? 0) + 1;
      const retryAt = performance.now() + Math.min(MAX_RETRY_MS, 1000 * 2 ** attempts);
      const error = inWords(cause);
      place.problem = { version, deployment, error, at: clock.now(), attempts, retryAt };
      if (last?.error === error) return;
      const kept = place.slot
        ? `version ${place.slot.live.version} goes on answering`
        : 'nothing answers';
      onProblem(
        new Unreachable(`switching ${live.model} to version ${version} (${deployment}): ${error}`, {
          next: `Meanwhile ${kept}; it is tried again.`,
          cause,
        }),
      );
    }
  }

  async #load(place: Place, { artifact, features }: LiveVersion): Promise<ServedModel> {
    const key = `${artifact} ${JSON.stringify(features)}`;
    const warm = place.warm.get(key);
    const served =
      warm ?? (await loadModel(await this.#options.artifacts.path(artifact), features));
    place.warm.delete(key);
    place.warm.set(key, served);
    return served;
  }

  #evict({ warm }: Place): void {
    for (const [key, served] of warm) {
      if (warm.size <= this.#options.keepWarm) return;
      warm.delete(key);
      // Requests that hold it finish first.
      served.release();
    }
  }
}
