/**
 * A lease says which process does what only one may do: hold a connection, post on a platform. It is kept in Redis,
 * whose clock ends it; no clock of a process counts.
 */
export interface Lease {
  readonly name: string;
  /**
   * Asks whether this process has the lease now. Resolves with its number, which grows with every holder: a write that
   * names a lower number than the last one comes from a process that has lost the lease.
   * @throws Unreachable if another process has it, or Redis does not answer: then the work is left to whoever has it
   */
  confirm(): Promise<number>;
}

/** What a process does with a lease. */
export interface Holder {
  name: string;
  /**
   * An address that only one running process can have, such as a port that it listens on. A process that starts there
   * follows its predecessor at once, which has ended.
   */
  seat?: string;
  /** This process has it. Not called again while it keeps it. An error gives the lease back. */
  gained(lease: Lease): Promise<void>;
  /** Another process has it, or this one is stopping: the lease is given back when it returns. */
  lost(why: 'taken' | 'stopping' | 'failed'): Promise<void>;
  /** `gained` failed, later than at the first attempt. */
  failed(error: unknown): void;
}

export interface Holding {
  stop(): Promise<void>;
}

interface HeldLease {
  name: string;
  /** Who has it, in words: its role, machine and process. */
  holder: string;
  /** The release that it runs. */
  version: string;
  since: Date;
  token: number;
  /** Whether this process has it. */
  ours: boolean;
}

export interface Leases {
  /**
   * Takes the lease as soon as it is free, and keeps it until it is stopped.
   * @throws what `gained` throws at the first attempt
   */
  hold(holder: Holder): Promise<Holding>;
  /** Runs `work` if no other process has the lease, and gives it back. False if another has it. */
  during(
    name: string,
    work: (signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ): Promise<boolean>;
  /** The leases that somebody has, by name. */
  list(): Promise<HeldLease[]>;
}
