import { runSubject } from '../../src/cards/run.ts';
import { runState } from '../../src/cards/run-state.ts';
import { inWords } from '../../src/core/errors.ts';
import { FINAL, type Run } from '../../src/core/ports/runs.ts';
import { currentTrace } from '../../src/core/trace.ts';
import type { Needs } from '../../src/core/world.ts';

type Parts = Needs<'runs' | 'replies'>;

/**
 * Reports the progress of a run to the registry and the message, one update at a time, and not more often than
 * people can read.
 */
export interface Follower {
  say(stage: string, share: number): Promise<void>;
}

const QUIET_MS = 400;
/** Often enough that `tidy` does not consider a silent program dead. */
const BEAT_MS = 20_000;

/**
 * Runs `work` with regular signs of life; when it returns, no update is still in progress.
 * @param also shows the progress where the run is a part of something
 */
export async function followRun<T>(
  run: Run,
  { runs, replies }: Parts,
  work: (follow: Follower) => Promise<T>,
  also: () => Promise<void> = async () => {},
): Promise<T> {
  let standing = { stage: run.stage, share: run.share };
  let last = 0;
  let underWay: Promise<void> = Promise.resolve();

  const send = async (): Promise<void> => {
    const { stage, share } = standing;
    await runs.progress(run.id, stage, share);
    await replies.show(runSubject(run), runState({ ...run, status: 'running', stage, share }));
    // Whoever ended the run had shown that before: the final state must be shown last.
    const now = await runs.get(run.id);
    if (FINAL.includes(now.status)) await showEnd(now, { replies });
    await also();
  };
  // A lost update is no reason to stop the work; the next one has the same information.
  const next = (act: () => Promise<void>): Promise<void> => {
    underWay = underWay.then(act).catch(() => undefined);
    return underWay;
  };

  const beat = setInterval(
    () => void next(() => runs.progress(run.id, standing.stage, standing.share)),
    BEAT_MS,
  );
  try {
    return await work({
      async say(stage, share) {
        standing = { stage, share };
        if (Date.now() - last < QUIET_MS) return;
        last = Date.now();
        await next(send);
      },
    });
  } finally {
    clearInterval(beat);
    await underWay;
  }
}

/**
 * Ends the run without a result, and its message shows the reason. If the run had ended already, only the
 * message is updated.
 */
export async function failRun(id: string, error: unknown, needs: Parts): Promise<void> {
  const trace = currentTrace();
  const failed = await needs.runs.finish(id, {
    ...{ status: 'failed', error: inWords(error) },
    ...(trace && { trace: trace.id }),
  });
  await showEnd(failed ?? (await needs.runs.get(id)), needs);
}

/**
 * Shows the message of a failed or cancelled run. Showing it again is harmless, and the process that ended the
 * run may have crashed before showing it. A successful run is shown by the job that completed it, with its
 * result.
 */
export async function showEnd(run: Run, { replies }: Needs<'replies'>): Promise<void> {
  if (run.status !== 'succeeded') await replies.show(runSubject(run), runState(run));
}
