import {
  type EngineOrder,
  type Execution,
  executionId,
  HandedOver,
  PROCESS,
  type PreparedTraining,
} from '../../src/core/engine.ts';
import { NotFound, Refused, Unreachable } from '../../src/core/errors.ts';
import type { ModelSpec } from '../../src/core/model.ts';
import { FINAL, type Run } from '../../src/core/ports/runs.ts';
import { shareOfProgram } from '../../src/core/training-steps.ts';
import type { Needs } from '../../src/core/world.ts';
import { ExecutionLost } from '../../src/training/engines/lost.ts';
import { requestOf, trainedBy } from '../../src/training/run-training.ts';
import type { Follower } from './follow-run.ts';
import { describeRuntime } from './runtime.ts';

export type ExecuteParts = Needs<
  'runs' | 'models' | 'engines' | 'datasets' | 'runFolders' | 'artifacts' | 'clock'
>;

/** The execution of a run that goes on, or of which something is left. */
export function openExecution({ execution }: Run): Execution | undefined {
  return execution && !execution.endedAt ? execution : undefined;
}

/**
 * Stores that the training program will be executed, before it is started: whoever finds that starts it, or adopts what
 * was started.
 */
export async function newExecution(
  run: Run,
  rows: Pick<PreparedTraining, 'dataset' | 'inspection'>,
  needs: ExecuteParts,
): Promise<Execution> {
  const spec = needs.models.get(run.model);
  const number = (run.execution?.number ?? 0) + 1;
  const stored = await needs.runs.execute(run.id, {
    ...{ id: executionId(run.id, number), number },
    engine: needs.engines.get(run.engine ?? spec.training.on ?? PROCESS).name,
    // Before the program reads them: files may change while it runs.
    prepared: { ...rows, described: await describeRuntime(spec, needs) },
    startedAt: needs.clock.now(),
  });
  if (!stored) throw isOver(run);
  if (!stored.endedAt) return stored;
  throw new Unreachable(`Training ${run.model}: another worker has just ended the same execution.`);
}

/**
 * Starts an execution unless that was done, and follows it to its end. If it may be started again, nothing of it is left
 * then; otherwise it stays, for whoever tries this again, until the run is over. Throws what `Engines.follow` throws.
 */
export async function execute(
  execution: Execution,
  { run, spec }: { run: Run; spec: ModelSpec },
  follow: Follower,
  needs: ExecuteParts,
  signal: AbortSignal,
) {
  const { id, engine } = execution;
  const handle = execution.handle ?? (await start(execution, { run, spec }, needs, signal));
  let isOver = false;
  const watcher = {
    ...{ run: run.id, model: run.model, argv: spec.programs.train },
    ...{ timeoutMs: timeoutOf(spec), signal },
    onProgress: (share: number, message: string) => void follow.say(message, shareOfProgram(share)),
    onQueued: (why: string | undefined) =>
      void follow.say(
        `waiting on ${engine}${why === undefined ? '' : `: ${why}`}`,
        shareOfProgram(0),
      ),
    async onEnd(use: Execution['use']) {
      isOver = true;
      if (use) await needs.runs.used(run.id, id, use);
    },
  };
  try {
    const { result, use } = await needs.engines.follow({ ...execution, handle }, watcher);
    if (use) await needs.runs.used(run.id, id, use);
    return trainedBy(spec, result);
  } catch (error) {
    const startsAgain = error instanceof ExecutionLost || error instanceof HandedOver;
    if (isOver && startsAgain) await clearExecution(run.id, execution, needs);
    throw error;
  }
}

/** Removes what is left of one that is over. Idempotent. Throws Unreachable. */
export async function clearExecution(
  run: string,
  execution: Execution,
  { runs, engines }: Needs<'runs' | 'engines'>,
): Promise<void> {
  await engines.forget(run, execution);
  await runs.ended(run, execution.id);
}

const timeoutOf = ({ training }: ModelSpec): number => training.timeoutMinutes * 60_000;

async function start(
  { id, engine, prepared }: Execution,
  { run, spec }: { run: Run; spec: ModelSpec },
  needs: ExecuteParts,
  signal: AbortSignal,
) {
  const { path } = await needs.datasets.open(prepared.dataset);
  const { window, parameters } = run;
  const order: EngineOrder = {
    ...{ id, argv: spec.programs.train, folder: spec.folder },
    request: requestOf({ spec, run: run.id, window, parameters }),
    data: { path, sha256: prepared.dataset.sha256 },
    timeoutMs: timeoutOf(spec),
    outputBytes: spec.training.outputBytes,
    job: spec.training.engines?.[engine] ?? {},
  };
  const handle = await needs.engines.start(engine, order, signal);
  const now = await needs.runs.started(run.id, id, handle);
  // Cancelled while it was being started: whoever cancelled it found nothing to end.
  if (!FINAL.includes(now.status)) return handle;
  await endExecution(now, needs);
  throw isOver(run);
}

const isOver = (run: Run): Refused =>
  new Refused(`${run.id} has ended already, so its training was not started.`);

/**
 * Ends what goes on of a run that is over, and removes what is left of it. Idempotent. Throws Unreachable if its engine
 * does not answer.
 */
export async function endExecution(run: Run, needs: Needs<'runs' | 'engines'>): Promise<void> {
  const execution = openExecution(run);
  if (!execution || !FINAL.includes(run.status)) return;
  try {
    await needs.engines.cancel(run.id, execution);
    await clearExecution(run.id, execution, needs);
  } catch (error) {
    // Not configured any more: nobody can reach it from here.
    if (!(error instanceof NotFound)) throw error;
    await needs.runs.ended(run.id, execution.id);
  }
}
