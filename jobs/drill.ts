import { drillState, drillSubject } from '../src/cards/drill.ts';
import { NotFound } from '../src/core/errors.ts';
import { defineJob } from '../src/core/job.ts';
import { specIn } from '../src/core/model.ts';
import type { Needs } from '../src/core/world.ts';
import { drill as drillJob } from './declared/index.ts';
import { type DrillParts, drillVersion } from './steps/drill-version.ts';
import { type Drilled, isPassed, recordDrill } from './steps/evidence/drills.ts';

type Parts = DrillParts & Needs<'deployments' | 'audit' | 'replies'>;

/**
 * Tries what a rollback would restore, now and after the next promotion, without touching what is live. A drill that
 * fails is posted in the model's channels, whoever asked for it.
 */
export const drill = defineJob({
  ...drillJob,

  async run({ id, model, environment, by, via, asked }, needs: Parts, signal) {
    const endpoint = { model, environment };
    const found: Drilled[] = [];
    for (const version of await targetsOf(endpoint, needs)) {
      const drilled = await drillVersion(version, endpoint, needs, signal);
      found.push(await recordDrill({ id, by, via }, endpoint, drilled, needs));
    }
    const state = drillState(endpoint, { found });
    const subject = drillSubject(id);
    if (found.some((one) => !isPassed(one)))
      for (const home of specIn(needs.models.get(model), environment).homes)
        await needs.replies.open(subject, home, state);
    else if (!asked) return;
    await needs.replies.show(subject, state);
  },

  async failed({ id, model, environment, asked }, error, { replies, models }: Parts) {
    const state = drillState({ model, environment }, { error });
    const subject = drillSubject(id);
    const known = models.list().some(({ name }) => name === model);
    if (!asked && known)
      for (const home of specIn(models.get(model), environment).homes)
        await replies.open(subject, home, state);
    await replies.show(subject, state);
  },
});

/** What a rollback would restore now, and what is live: what a rollback from the next version would. */
async function targetsOf(
  { model, environment }: { model: string; environment: string },
  { deployments, versions }: Parts,
) {
  const live = await deployments.live(model, environment);
  const before = await deployments.previousGood(model, environment);
  const numbers = new Set([before, live].flatMap((one) => (one ? [one.version] : [])));
  const found = await Promise.all(
    [...numbers].map((number) =>
      versions.resolve(model, String(number)).catch((error: unknown) => {
        if (error instanceof NotFound) return undefined;
        throw error;
      }),
    ),
  );
  return found.filter((version) => version !== undefined);
}
