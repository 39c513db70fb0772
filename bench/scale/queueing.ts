/**
 * The probability that an arrival waits in a queue with Poisson arrivals, exponential times and `servers` servers (Erlang
 * C), by the stable recursion of Erlang B.
 * @param offered arrivals a second × seconds of each
 */
export function waits(servers: number, offered: number): number {
  if (offered >= servers) return 1;
  let blocked = 1;
  for (let server = 1; server <= servers; server += 1)
    blocked = (offered * blocked) / (server + offered * blocked);
  return blocked / (1 - (offered / servers) * (1 - blocked));
}

/**
 * Mean wait in seconds with times of any distribution, by the approximation of Allen and Cunneen: Erlang's, times half of
 * 1 + the squared coefficient of variation.
 */
export function meanWait(servers: number, arrivals: number, seconds: number, cv2: number): number {
  const offered = arrivals * seconds;
  if (offered >= servers) return Number.POSITIVE_INFINITY;
  return ((waits(servers, offered) * seconds) / (servers - offered)) * ((1 + cv2) / 2);
}

/** The fewest servers with which fewer than `share` of the arrivals wait longer than `within` seconds (exponential times). */
export function serversFor(
  arrivals: number,
  seconds: number,
  { within, share }: { within: number; share: number },
): number {
  const offered = arrivals * seconds;
  for (let servers = Math.floor(offered) + 1; ; servers += 1) {
    const later = waits(servers, offered) * Math.exp((-(servers - offered) * within) / seconds);
    if (later < share) return servers;
  }
}

/** Uniform numbers from a seed: mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Simulated {
  servers: number;
  /** Arrivals a second, at a moment of the day (0 to 1). */
  arrivals: (dayPart: number) => number;
  mostArrivals: number;
  /** A service time, in seconds. */
  service: (random: () => number) => number;
  days: number;
  seed: number;
}

/**
 * First come, first served, event by event: the waits of all arrivals, in seconds. Arrivals are a Poisson process whose
 * rate changes over the day, made by thinning.
 */
export function simulate(of: Simulated): number[] {
  const random = seeded(of.seed);
  const free = new Array<number>(of.servers).fill(0);
  const found: number[] = [];
  const end = of.days * 86_400;
  for (let now = 0; ; ) {
    now += -Math.log(1 - random()) / of.mostArrivals;
    if (now >= end) return found;
    if (random() * of.mostArrivals > of.arrivals((now / 86_400) % 1)) continue;
    let next = 0;
    for (let server = 1; server < free.length; server += 1)
      if ((free[server] ?? 0) < (free[next] ?? 0)) next = server;
    const begins = Math.max(now, free[next] ?? 0);
    free[next] = begins + of.service(random);
    found.push(begins - now);
  }
}

/** A log-normal time with this mean, by Box and Muller. */
export function logNormal(mean: number, spread: number): (random: () => number) => number {
  const middle = Math.log(mean) - spread ** 2 / 2;
  return (random) => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.exp(middle + spread * normal);
  };
}
