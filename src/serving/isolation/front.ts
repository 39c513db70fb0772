import type { Answering } from '../../core/ports/gateways.ts';
import { unanswered } from '../answering.ts';
import type { Planned } from '../plan.ts';
import type { InferenceChild } from './child.ts';
import type { Sockets } from './sockets.ts';

interface Plan {
  number: number;
  models: Planned[];
}

/** The processes that accept connections, of those that a controller has. The kernel shares callers among them. */
export class Front {
  readonly #wanted: number;
  readonly #accepting = new Set<InferenceChild>();

  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  has(child: InferenceChild): boolean {
    return this.#accepting.has(child);
  }

  drop(child: InferenceChild): void {
    this.#accepting.delete(child);
  }

  /**
   * What callers get. While some have followed a plan and others have not yet, it is what the last of them answers: a
   * switch is over when all have made it.
   */
  serving({ models }: Plan): readonly Answering[] {
    const [last] = this.#well.toSorted((a, b) => a.followed - b.followed);
    return last ? last.serving : models.map(unanswered);
  }

  /** As many accept as are wanted, if there are so many that follow the plan; each takes the place of one that is stuck. */
  fill(up: readonly InferenceChild[], { number }: Plan, sockets: Sockets): void {
    const ready = up.filter((child) => !this.has(child) && child.followed === number);
    const stuck = [...this.#accepting].filter((child) => child.stuck);
    for (const child of ready.slice(0, this.#wanted - this.#well.length)) {
      const instead = this.#accepting.size >= this.#wanted ? stuck.shift() : undefined;
      if (instead) {
        instead.send({ type: 'pause' });
        this.drop(instead);
      }
      this.#accepting.add(child);
      sockets.lend(child);
    }
  }

  /** They follow a plan that was tried elsewhere. */
  give(plan: Plan): void {
    for (const child of this.#accepting) if (child.given < plan.number) child.give(plan);
  }

  get #well(): InferenceChild[] {
    return [...this.#accepting].filter((child) => !child.stuck);
  }
}
