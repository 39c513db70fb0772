import { comparisonState } from '../../src/cards/comparison.ts';
import { runSubject, trainingState } from '../../src/cards/run.ts';
import { inWords } from '../../src/core/errors.ts';
import type { State } from '../../src/core/ports/replies.ts';
import { FINAL, type Run } from '../../src/core/ports/runs.ts';
import type { Needs } from '../../src/core/world.ts';

type Parts = Needs<'runs' | 'replies'>;

/** Tells the registry and the message how far a run is, one word at a time and not oftener than people can read. */
export interface Follower {
  say(stage: string, share: number): Promise<void>;
}

const QUIET_MS = 400;
/** Often enough that `tidy` does not take a program that says nothing for dead. */
const BEAT_MS = 20_000;

/** Does `work` on a run with signs of life meanwhile; when it is over, nothing said is still on its way. */
export async function followRun<T>(
  run: Run,
  { runs, replies }: Parts,
  work: (follow: Follower) => Promise<T>,
): Promise<T> {
  let standing = { stage: run.stage, share: run.share };
  let last = 0;
  let underWay: Promise<void> = Promise.resolve();

  const send = async (): Promise<void> => {
    const { stage, share } = standing;
    await runs.progress(run.id, stage, share);
    await replies.show(runSubject(run), stateOf({ ...run, status: 'running', stage, share }));
    // Whoever ended the run meanwhile had shown that before: the end must have the last word.
    const now = await runs.get(run.id);
    if (FINAL.includes(now.status)) await showEnd(now, { replies });
  };
  // A word that gets lost is no reason to stop the work; the next one tells as much.
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

/** The run is over without a result, and its message says why. Where it had ended already, only the message is seen to. */
export async function failRun(id: string, error: unknown, needs: Parts): Promise<void> {
  const failed = await needs.runs.finish(id, { status: 'failed', error: inWords(error) });
  await showEnd(failed ?? (await needs.runs.get(id)), needs);
}

/**
 * The message of a run that has failed or was cancelled; shown again it does no harm, and whoever
 * ended the run may have died before showing it. What succeeded shows more, by the job that did it.
 */
export async function showEnd(run: Run, { replies }: Needs<'replies'>): Promise<void> {
  if (run.status !== 'succeeded') await replies.show(runSubject(run), stateOf(run));
}

function stateOf(run: Run): State {
  return run.kind === 'train' ? trainingState(run) : comparisonState(run);
}
