import type { Artifacts } from '../core/ports/artifacts.ts';
import type { LiveVersion } from '../core/ports/serving.ts';
import { taskNamed } from '../tasks/index.ts';
import { answersAlike, batched } from './batching.ts';
import { loadModel, type ServedModel, type Watch } from './model.ts';

interface StockOptions {
  artifacts: Pick<Artifacts, 'read'>;
  /** Records the calls of the version with that number in the plan. */
  watch?: ((slot: number) => Watch) | undefined;
  /** Number of loaded models that are kept. */
  keepWarm: number;
}

/** The loaded versions of one model: a rollback finds its session loaded. */
export class Stock {
  readonly #options: StockOptions;
  /** By artifact and schema, least recently used first. */
  readonly #warm = new Map<string, ServedModel>();

  constructor(options: StockOptions) {
    this.#options = options;
  }

  /** Throws Unfit if the file is at fault, Unreachable if it could not be read. */
  async take(live: LiveVersion, slot: number): Promise<ServedModel> {
    const { artifact, features, task, classes = [] } = live;
    const key = `${artifact} ${JSON.stringify([features, task, classes])}`;
    const served = this.#warm.get(key) ?? (await this.#load(live, slot));
    this.#warm.delete(key);
    this.#warm.set(key, served);
    return served;
  }

  async #load(live: LiveVersion, slot: number): Promise<ServedModel> {
    const { artifact, features, task, classes = [], typical, model, version } = live;
    const { artifacts, watch } = this.#options;
    const served = await loadModel(
      { bytes: await artifacts.read(artifact), name: `${model} v${version}` },
      { features, classes, task: taskNamed(task) },
      watch?.(slot),
    );
    // Rows that the model cannot answer make it no worse one by one.
    const alike = await answersAlike(served, typical).catch(() => false);
    return alike ? batched(served) : served;
  }

  /** Requests that use one finish first. `but` stays, whatever was used since. */
  evict(but: ServedModel): void {
    for (const [key, served] of this.#warm) {
      if (this.#warm.size <= this.#options.keepWarm) return;
      if (served === but) continue;
      this.#warm.delete(key);
      served.release();
    }
  }

  clear(): void {
    for (const served of this.#warm.values()) served.release();
    this.#warm.clear();
  }
}
