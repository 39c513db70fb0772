const EPOCH = 1_420_070_400_000;

/** Time as Discord sees it: it runs, it can be pushed forward, and it can be held still. */
export class Clock {
  #offset = 0;
  #held: number | undefined;
  readonly #watchers = new Set<() => void>();

  now(): number {
    return this.#held ?? Date.now() + this.#offset;
  }

  /** Stands still from now on; only `pass` moves it. */
  hold(): void {
    this.#held = this.now();
  }

  /** Lets `ms` milliseconds pass at once. */
  pass(ms: number): void {
    if (this.#held === undefined) this.#offset += ms;
    else this.#held += ms;
    for (const watch of this.#watchers) watch();
  }

  /** Calls `watch` whenever time was pushed; returns how to stop it. */
  watch(watch: () => void): () => void {
    this.#watchers.add(watch);
    return () => this.#watchers.delete(watch);
  }

  /** ISO 8601 with the offset written out, as Discord writes it. */
  stamp(): string {
    return new Date(this.now()).toISOString().replace('Z', '000+00:00');
  }
}

/** Ids that hold the time and always grow. https://docs.discord.com/developers/reference#snowflakes */
export function snowflakes(clock: Clock): () => string {
  let last = 0n;
  return () => {
    const fresh = BigInt(clock.now() - EPOCH) << 22n;
    last = fresh > last ? fresh : last + 1n;
    return String(last);
  };
}
