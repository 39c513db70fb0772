import { setTimeout as delay } from 'node:timers/promises';
import { type EngineState, type EngineUse, HandedOver, type LogLine } from '../../core/engine.ts';
import { Refused, Unreachable } from '../../core/errors.ts';
import type { Watcher } from '../../core/ports/engines.ts';
import type { ProgramResult } from '../../core/ports/programs.ts';
import { endedHow } from '../exit.ts';
import { inMinutes } from '../minutes.ts';
import { createOutput, type Heard } from '../output.ts';
import { ProgramFailed } from '../program-failed.ts';
import type { Bookmarks } from './bookmark.ts';
import { ExecutionLost } from './lost.ts';

/** How long an engine may be out of reach before the job that follows fails, and is tried again. */
const OUTAGE_MS = 5 * 60_000;
const FIRST_LOOK_MS = 20;

/** One execution on its engine. */
export interface Followed {
  pollMs: number;
  /** False: whoever ends here takes the execution along. */
  outlives: boolean;
  resume(): Promise<EngineState>;
  logs(from: string | undefined): AsyncIterable<LogLine>;
  /** Returns when nothing runs any more. */
  cancel(): Promise<void>;
  place(path: string): string;
  /** Its artifacts as files on this machine. */
  collect(heard: Heard): Promise<Record<string, string>>;
  write(lines: string): Promise<void>;
  bookmarks: Bookmarks;
}

type Over = Exclude<EngineState, { status: 'queued' | 'running' }>;

/**
 * Follows an execution to its end.
 * @returns what it handed over, and what it used
 * @throws what `Engines.follow` throws
 */
export async function followToEnd(
  execution: Followed,
  watcher: Watcher,
): Promise<{ result: ProgramResult; use: EngineUse | undefined }> {
  const before = await execution.bookmarks.open();
  const output = createOutput({
    write: execution.write,
    onProgress: watcher.onProgress,
    place: execution.place,
    before: before?.heard,
  });
  let next = before?.next;

  /** Hears what it said since. Throws what a line was refused for, or what its log could not be written for. */
  async function listen(): Promise<void> {
    const since = next;
    for await (const line of execution.logs(next)) {
      next = line.next;
      if (line.text !== undefined) await fatally(() => output.said(line.text ?? ''));
    }
    if (next === undefined || next === since) return;
    const to = next;
    await fatally(async () => {
      await output.flush();
      await execution.bookmarks.keep(to, output.heard);
    });
  }

  const over = await untilOver(execution, watcher, listen).catch(async (error: unknown) => {
    const reason = error instanceof Fatal ? error.cause : error;
    const isAsked = watcher.signal.aborted && error === watcher.signal.reason;
    const isLeft = error instanceof HandedOver && execution.outlives;
    // What is out of reach, or broke here, is left as it is: whoever tries again adopts it.
    if (!(error instanceof Fatal) && (!isAsked || isLeft)) throw reason;
    await execution.cancel();
    const state = await execution.resume().catch(() => undefined);
    await watcher.onEnd(state && 'use' in state ? state.use : undefined);
    throw reason;
  });
  const use = 'use' in over ? over.use : undefined;
  try {
    const failure = failureOf(over, watcher, output.heard.last);
    if (failure) throw failure;
    const artifacts = await execution.collect(output.heard);
    return { result: { metrics: output.heard.metrics, artifacts }, use };
  } catch (error) {
    const isOver = error instanceof ExecutionLost || !(error instanceof Unreachable);
    if (isOver) await watcher.onEnd(use);
    throw error;
  }
}

async function untilOver(
  execution: Followed,
  { signal, onQueued }: Watcher,
  listen: () => Promise<void>,
): Promise<Over> {
  let pause = FIRST_LOOK_MS;
  let silentSince: number | undefined;
  for (;;) {
    signal.throwIfAborted();
    try {
      const state = await execution.resume();
      if (state.status === 'queued') onQueued(state.why);
      else await listen(); // after the state: of one that is over, these are all of its lines
      if (state.status !== 'queued' && state.status !== 'running') return state;
      silentSince = undefined;
    } catch (error) {
      if (!(error instanceof Unreachable) || error instanceof ExecutionLost) throw error;
      silentSince ??= performance.now();
      if (performance.now() - silentSince > OUTAGE_MS) throw error;
    }
    await delay(pause, undefined, { signal }).catch(() => undefined);
    pause = Math.min(pause * 1.5, execution.pollMs);
  }
}

/** A fault that ends the execution, whatever its kind: of the program, or of what keeps its log. */
class Fatal extends Error {}

async function fatally(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (cause) {
    throw new Fatal('a line was not taken', { cause });
  }
}

function failureOf(over: Over, { argv, timeoutMs }: Watcher, last: readonly string[]) {
  const name = argv.join(' ');
  switch (over.status) {
    case 'ended':
      return over.code === 0
        ? undefined
        : new ProgramFailed(`"${name}" ${endedHow(over.code)}.`, last);
    case 'stopped':
      return over.why === 'late'
        ? new ProgramFailed(`"${name}" was stopped after ${inMinutes(timeoutMs)}.`, last)
        : new ExecutionLost(`"${name}" was stopped, and its run was not cancelled.`);
    case 'failed':
      return new Refused(over.why);
    case 'gone':
      return new ExecutionLost(`"${name}" is lost. ${over.why}`);
  }
}
