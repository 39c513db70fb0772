import { runSubject, trainingState } from '../src/cards/run.ts';
import { defineJob } from '../src/core/job.ts';
import type { Needs } from '../src/core/world.ts';
import { evaluate as evaluateJob } from './declared/index.ts';
import { failRun, followRun, showEnd } from './steps/follow-run.ts';
import { logFailure } from './steps/log-failure.ts';
import { type MeasureParts, measureVersion } from './steps/measure-version.ts';
import { withinLimit } from './steps/time-limit.ts';

type Parts = MeasureParts & Needs<'replies' | 'deployments' | 'environments'>;

/**
 * Wheelhouse's own evaluation, with the same artifact that would be served, on the days right after the
 * training window. The run is done only after this.
 */
export const evaluate = defineJob({
  ...evaluateJob,

  async run({ run: id }, needs: Parts, signal) {
    const run = await needs.runs.get(id);
    // Ended by a process that may have crashed before reporting it.
    if (run.status === 'failed' || run.status === 'cancelled') return showEnd(run, needs);
    const version = await needs.versions.ofRun(id);
    if (!version) throw new Error(`run ${id} has made no version that could be judged`);
    const known = await needs.versions.evaluation(version.id);
    const evaluation =
      known ??
      (await followRun(run, needs, (follow) =>
        withinLimit(run, needs, signal, (limited) =>
          measureVersion(run, version, follow, needs, limited),
        ),
      ));
    const end = { status: 'succeeded', version: version.number } as const;
    const ended = (await needs.runs.finish(id, end)) ?? (await needs.runs.get(id));
    if (ended.status !== 'succeeded') return;
    const champions = await championsOf(run.model, needs);
    const made = { version, evaluation, champions, environments: needs.environments.list() };
    await needs.replies.show(runSubject(ended), trainingState(ended, made));
  },

  async failed({ run }, error, needs: Parts) {
    await logFailure(run, error, needs);
    await failRun(run, error, needs);
  },
});

/** What is live in each environment. */
async function championsOf(
  model: string,
  { deployments, environments }: Needs<'deployments' | 'environments'>,
): Promise<{ environment: string; version: number }[]> {
  const found = await Promise.all(
    environments.list().map((environment) => deployments.live(model, environment)),
  );
  return found.flatMap((live) =>
    live ? [{ environment: live.environment, version: live.version }] : [],
  );
}
