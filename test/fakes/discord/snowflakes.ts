const EPOCH = 1_420_070_400_000;

/** Discord's clock: it runs, can be moved forward, and can be stopped. */
export class Clock {
  #offset = 0;
  #held: number | undefined;
  readonly #watchers = new Set<() => void>();

  now(): number {
    return this.#held ?? Date.now() + this.#offset;
  }

  /** Stopped from now on; only `pass` moves it. */
  hold(): void {
    this.#held = this.now();
  }

  /** Moves the clock forward by `ms` milliseconds. */
  pass(ms: number): void {
    if (this.#held === undefined) this.#offset += ms;
    else this.#held += ms;
    for (const watch of this.#watchers) watch();
  }

  /** Calls `watch` whenever the clock was moved; returns how to stop it. */
  watch(watch: () => void): () => void {
    this.#watchers.add(watch);
    return () => this.#watchers.delete(watch);
  }

  /** ISO 8601 with a numeric offset, as Discord writes it. */
  stamp(): string {
    return new Date(this.now()).toISOString().replace('Z', '000+00:00');
  }
}

/** Increasing IDs that contain the time. https://docs.discord.com/developers/reference#snowflakes */
export function snowflakes(clock: Clock): () => string {
  let last = 0n;
  return () => {
    const fresh = BigInt(clock.now() - EPOCH) << 22n;
    last = fresh > last ? fresh : last + 1n;
    return String(last);
  };
}
