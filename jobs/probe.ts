import { probeOf, probeState } from '../src/cards/probe.ts';
import { runSubject } from '../src/cards/run.ts';
import { defineJob } from '../src/core/job.ts';
import { toJson } from '../src/core/json.ts';
import type { Run } from '../src/core/ports/runs.ts';
import type { Needs } from '../src/core/world.ts';
import { probe as probeJob } from './declared/index.ts';
import { type EndingProbe, failProbe, toAlert } from './steps/end-probe.ts';
import { followRun, showEnd } from './steps/follow-run.ts';
import { lookForBetter, type ProbeParts } from './steps/look-for-better.ts';

type Parts = EndingProbe & ProbeParts;

/** Looks for a model that would do better than the live version on the newest labelled rows. Registers nothing. */
export const probe = defineJob({
  ...probeJob,

  async run({ run: id }, needs: Parts, signal) {
    const run = await needs.runs.begin(id);
    if (!run) return showAgain(await needs.runs.get(id), needs);
    const found = await followRun(run, needs, (follow) =>
      lookForBetter(run, follow, needs, signal),
    );
    const ended = await needs.runs.finish(id, { status: 'succeeded', result: toJson(found) });
    if (ended) await showAgain(ended, needs);
  },

  failed: ({ run }, error, needs: Parts) => failProbe(run, error, needs),
});

/** By this attempt, or by one that may have crashed before it reported this. */
async function showAgain(run: Run, needs: EndingProbe & Needs<'replies'>): Promise<void> {
  const found = probeOf(run);
  if (run.status !== 'succeeded' || !found) return showEnd(run, needs);
  await needs.replies.show(runSubject(run), probeState(run, found));
  await toAlert(run, { found }, needs);
}
