import type { Endpoint } from '../../core/endpoint.ts';
import type { GuardOptions } from '../guard.ts';
import type { Planned, Problem } from '../plan.ts';
import type { TimeLimits } from '../times.ts';

/** What a process needs to know to begin. */
export interface InferenceSettings {
  artifacts: string;
  /** The first one also answers without its name in the address. */
  environments: readonly [string, ...string[]];
  log: string;
  /** The environment whose log it is where a folder names none. */
  first: string;
  /** A file that both sides read: see register.ts. */
  register: string;
  maxRows: number;
  keepWarm: number;
  /** How often a version that does not load is tried again. */
  pollMs: number;
  guard?: GuardOptions;
  times?: TimeLimits;
}

/** From the controller to an inference process. */
export type Order =
  | { type: 'open'; settings: InferenceSettings }
  | { type: 'plan'; plan: number; models: Planned[] }
  /** With the listening socket. */
  | { type: 'accept' }
  /** Takes no new connections; answers what it has. */
  | { type: 'pause' }
  /** Whether it writes down each time that it enters or leaves a version. */
  | { type: 'careful'; on: boolean }
  /** Answers what has begun, writes the log, ends. */
  | { type: 'stop' };

/** What one endpoint's requests are answered with. */
export interface Answering extends Endpoint {
  version: number | undefined;
  deployment: string | undefined;
  problem: Problem | undefined;
}

/** From an inference process to its controller. */
export type Word =
  | { type: 'up' }
  | { type: 'beat' }
  | { type: 'followed'; plan: number; models: Answering[] }
  | { type: 'accepting' }
  /** The log of an endpoint cannot be written because the disk is full, or can again: see `OnDisk`. */
  | { type: 'disk'; endpoint: Endpoint; why: string | undefined; dropped: number }
  /** A version, by its slot, that should not be served. */
  | { type: 'fault'; slot: number; fault: 'unloadable' | 'wrong'; words: string }
  /** What an operator should read. */
  | { type: 'problem'; blame: 'user' | 'upstream' | 'us'; message: string; next?: string };
