import { comparisonState } from '../../src/cards/comparison.ts';
import { runSubject, trainingState } from '../../src/cards/run.ts';
import { inWords } from '../../src/core/errors.ts';
import type { Run } from '../../src/core/ports/runs.ts';
import type { Needs } from '../../src/core/world.ts';

type Parts = Needs<'runs' | 'replies'>;

/** Tells the registry and the message how far a run is, one word at a time and not oftener than people can read. */
export interface Follower {
  say(stage: string, share: number): Promise<void>;
  /** Resolves when nothing said before is still on its way. */
  settled(): Promise<void>;
}

const QUIET_MS = 400;

export function followRun(run: Run, { runs, replies }: Parts): Follower {
  let pending: { stage: string; share: number } | undefined;
  let last = 0;
  let underWay: Promise<void> = Promise.resolve();

  const send = async (): Promise<void> => {
    if (!pending) return;
    const { stage, share } = pending;
    pending = undefined;
    last = Date.now();
    await runs.progress(run.id, stage, share);
    const now: Run = { ...run, status: 'running', stage, share };
    await replies.show(
      runSubject(run),
      run.kind === 'train' ? trainingState(now) : comparisonState(now),
    );
  };

  return {
    say(stage, share) {
      pending = { stage, share };
      if (Date.now() - last < QUIET_MS) return Promise.resolve();
      // A word that gets lost is no reason to stop the work; the next one tells as much.
      underWay = underWay.then(send).catch(() => undefined);
      return underWay;
    },
    settled: () => underWay,
  };
}

/** The run is over without a result, and its message says why. Nothing happens where it had ended already. */
export async function failRun(id: string, error: unknown, { runs, replies }: Parts): Promise<void> {
  const ended = await runs.finish(id, { status: 'failed', error: inWords(error) });
  if (!ended) return;
  await replies.show(
    runSubject(ended),
    ended.kind === 'train' ? trainingState(ended) : comparisonState(ended),
  );
}
