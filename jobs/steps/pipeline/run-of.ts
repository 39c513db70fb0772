import { Refused } from '../../../src/core/errors.ts';
import { runOfPipeline } from '../../../src/core/pipeline.ts';
import type { Run } from '../../../src/core/ports/runs.ts';
import type { Needs } from '../../../src/core/world.ts';
import { type Follower, followRun } from '../follow-run.ts';
import { withinLimit } from '../time-limit.ts';
import type { StepAt } from './perform.ts';
import { showPipeline } from './show.ts';

type Parts = Needs<'runs' | 'replies' | 'pipelines' | 'clock'>;

/** Does a step in the run of its pipeline, with its progress and within its time limit. */
export async function inRunOf<T>(
  at: StepAt,
  needs: Parts,
  signal: AbortSignal,
  work: (run: Run, follow: Follower, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const run = await runFor(at, needs);
  return followRun(
    run,
    needs,
    (follow) => withinLimit(run, needs, signal, (limited) => work(run, follow, limited)),
    () => showPipeline(at.pipeline.id, needs),
  );
}

/** @throws Refused if it was cancelled in the meantime */
async function runFor({ pipeline, again }: StepAt, { runs }: Parts): Promise<Run> {
  const { id, attempt, model, window, parameters, requestedBy, trigger, restarted } = pipeline;
  const run = await runs.create({
    ...{ id: runOfPipeline(id, attempt), kind: 'train', model, window, parameters, requestedBy },
    ...{ versions: [], pipeline: id },
    // What a person restarts is not limited by the policy's budget.
    ...(trigger && !restarted && { trigger }),
  });
  const begun = run.status === 'queued' || again ? await runs.begin(run.id) : run;
  if (begun && begun.status === 'running') return begun;
  const now = begun ?? (await runs.get(run.id));
  throw new Refused(
    now.status === 'cancelled'
      ? `It was cancelled by ${now.cancelRequestedBy ?? 'someone'}.`
      : (now.error ?? `${now.id} is over already.`),
  );
}
