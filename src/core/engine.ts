import type { Json } from './json.ts';
import type { Argv } from './model.ts';
import type { Inspection, ProgramOrder } from './ports/programs.ts';
import type { Version } from './ports/versions.ts';

/** The engine that is always there: the training program runs on the machine of a worker. */
export const PROCESS = 'process';

/** One engine, as configured. */
export interface EngineSpec {
  name: string;
  /** Its name in `src/training/engines`. */
  kind: string;
  /** The keys that only its kind has, by their names in the file. */
  settings: Readonly<Record<string, unknown>>;
  /** What every training on it gets, unless its model says otherwise; keys of its kind. */
  job: Readonly<Record<string, unknown>>;
}

/** A training program to run. */
export interface EngineOrder {
  /** The same ID is the same execution, however often it is started. */
  id: string;
  argv: Argv;
  /** The workspace. */
  folder: string;
  request: Omit<ProgramOrder['request'], 'data' | 'out'>;
  /** The rows: a file on this machine, and its SHA-256, by which other machines fetch it. */
  data: { path: string; sha256: string };
  timeoutMs: number;
  /** What it prints beyond that is dropped, except reports. */
  outputBytes: number;
  /** What the model wants of this engine; keys of its kind. */
  job: Readonly<Record<string, unknown>>;
}

/** What an execution used, as far as its engine knows. */
export interface EngineUse {
  seconds: number;
  /** Measured, or, where the engine reserves, reserved. */
  cpuSeconds?: number;
  gpuSeconds?: number;
}

export type EngineState =
  /** The engine has it, and did not start it yet. */
  | { status: 'queued'; why?: string }
  | { status: 'running' }
  /** The program ended by itself: 128 and the signal's number if it was ended by one. */
  | { status: 'ended'; code: number; use: EngineUse }
  /** It was ended because its time was over, or by `cancel`. */
  | { status: 'stopped'; why: 'late' | 'cancelled'; use: EngineUse }
  /** The engine could never run it, e.g. without its image; `why` is a sentence. */
  | { status: 'failed'; why: string; use?: EngineUse }
  /** Lost with its machine or by somebody's hand: nothing of it runs any more, and it may be started again. */
  | { status: 'gone'; why: string };

/** A line of output, and the position after it, from which reading goes on. Without a text, only that moved. */
export interface LogLine {
  text?: string;
  next: string;
}

export interface PreparedTraining extends Pick<Version, 'dataset'> {
  inspection: Inspection;
  described: Pick<Version, 'code' | 'runtime' | 'software'>;
}

/** One execution of a run's training program, as the registry keeps it. */
export interface Execution {
  id: string;
  /** Counts those of the run, from 1. */
  number: number;
  /** The engine, by its name in the workspace. */
  engine: string;
  /** By what its engine finds it again; missing until it was started. */
  handle?: Json;
  /** What it trains on and in, as recorded before it started: whoever adopts it goes on with that. */
  prepared: PreparedTraining;
  startedAt: Date;
  /** Since when nothing of it is left; missing of one that is only over. */
  endedAt?: Date;
  use?: EngineUse;
}

/** The name of a run's execution on its engine; valid as a name on every one of them. */
export const executionId = (run: string, number: number): string =>
  number === 1 ? run : `${run}-${number}`;

/**
 * The reason of a signal that ends a job here because another worker is to go on with it: what it follows is left
 * running.
 */
export class HandedOver extends Error {}
