import type { Planned } from '../plan.ts';
import { idOf, Rollout, type RolloutsOptions } from './rollout.ts';

/** The rollouts of a gateway, by endpoint. */
export class Rollouts {
  readonly #options: RolloutsOptions;
  readonly #running = new Map<string, Rollout>();

  constructor(options: RolloutsOptions) {
    this.#options = options;
  }

  /** Called for every request. */
  of(endpoint: string): Rollout | undefined {
    return this.#running.get(endpoint);
  }

  /** Follows a plan at once: a rollout that is over gets no more requests. */
  follow(models: readonly Planned[]): void {
    const planned = new Map(
      models.flatMap(({ challenger }) => (challenger ? [[idOf(challenger), challenger]] : [])),
    );
    for (const [id, rollout] of this.#running)
      if (planned.get(id)?.version.deployment !== rollout.deployment) {
        this.#running.delete(id);
        rollout.stop();
      }
    for (const [id, challenger] of planned) {
      const running = this.#running.get(id);
      if (running) running.follow(challenger);
      else this.#running.set(id, new Rollout(challenger, this.#options));
    }
  }

  tell(): void {
    for (const rollout of this.#running.values()) rollout.tell();
  }

  stop(): void {
    for (const rollout of this.#running.values()) rollout.stop();
    this.#running.clear();
  }
}
