import type { Endpoint } from '../../core/endpoint.ts';
import type { Blame } from '../../core/errors.ts';
import type { Answering } from '../../core/ports/gateways.ts';
import type { Counted } from '../../core/ports/tallies.ts';
import type { GuardOptions } from '../guard.ts';
import type { Planned } from '../plan.ts';
import type { TimeLimits } from '../times.ts';
import type { CountedTraffic } from '../traffic.ts';

/** What a process needs to start. */
export interface InferenceSettings {
  artifacts: string;
  /** Not all are there: the controller brings those that are missing. */
  bring?: boolean;
  /** The first one is also served without its name in the address. */
  environments: readonly [string, ...string[]];
  log: string;
  /** The environment of log folders without one in their name. */
  first: string;
  /** A file that both sides read: see register.ts. */
  register: string;
  /** A socket at which the processes of its challengers connect. */
  door: string;
  /** A file of the log is closed after that time, so that it can be shared. */
  segmentMs?: number;
  maxRows: number;
  keepWarm: number;
  /** How often loading a failed version is retried. */
  pollMs: number;
  guard?: GuardOptions;
  /** For how long requests may queue before they are refused; undefined: any time. */
  queueMs?: number;
  times?: TimeLimits;
}

/** From the controller to an inference process. */
export type Order =
  | { type: 'open'; settings: InferenceSettings }
  | { type: 'plan'; plan: number; models: Planned[] }
  /** With the listening socket. */
  | { type: 'accept' }
  /** With the one for gRPC. */
  | { type: 'accept-grpc' }
  /** Accepts no new connections; finishes existing ones. */
  | { type: 'pause' }
  /** Whether it records each time it enters or leaves a version. */
  | { type: 'careful'; on: boolean }
  /** The artifact was brought, or could not be. */
  | { type: 'brought'; sha256: string; problem?: { blame: Blame; message: string; next?: string } }
  /** Another process asks which of these IDs this one answered recently; it asks so many (`of`). */
  | {
      type: 'question';
      asker: string;
      question: number;
      endpoint: Endpoint;
      ids: readonly string[];
      of: number;
    }
  /** What one of so many others answered recently. */
  | { type: 'told'; question: number; ids: readonly string[]; of: number }
  /** A challenger's process ended, or could not be started. */
  | { type: 'challenger-ended'; number: number; how: string }
  /** Finishes requests in progress, writes the log, exits. */
  | { type: 'stop' };

/** From an inference process to its controller. */
export type Word =
  | { type: 'up' }
  | { type: 'beat' }
  | { type: 'followed'; plan: number }
  /** It needs an artifact that is not in its folder. */
  | { type: 'bring'; sha256: string }
  /** What is answered now, whenever that changes. */
  | { type: 'serving'; models: Answering[] }
  | { type: 'accepting' }
  /** Which of these IDs another process answered recently. */
  | { type: 'ask'; question: number; endpoint: Endpoint; ids: readonly string[] }
  | { type: 'knows'; asker: string; question: number; ids: readonly string[]; of: number }
  /** The log of an endpoint cannot be written because the disk is full, or can be again: see `OnDisk`. */
  | { type: 'disk'; endpoint: Endpoint; why: string | undefined; dropped: number }
  /** What was answered since the last time. */
  | { type: 'traffic'; counted: CountedTraffic[] }
  /** For the process of a challenger: see challengers.ts. */
  | { type: 'challenger'; number: number; act: 'start' | 'speed up' | 'kill' }
  /** What was counted for a rollout since the last time. */
  | { type: 'rollout'; counted: Counted }
  /** A version, by its slot, that should not be served. */
  | { type: 'fault'; slot: number; fault: 'unloadable' | 'wrong'; words: string }
  /** What an operator should know. */
  | { type: 'problem'; blame: Blame; message: string; next?: string };
