import { pastCard, periodData } from '../../src/cards/history.ts';
import { BadInput } from '../../src/core/errors.ts';
import { answer, type Reply } from '../../src/core/reply.ts';
import type { Needs } from '../../src/core/world.ts';
import { liveAt } from '../../src/release/periods.ts';
import { type PastParts, pastOf, withEvidence } from './past.ts';

/** How many deployments of an endpoint are searched. */
const MOST = 10_000;

/**
 * What was live at a given time: of these models, in one environment or in all. Throws BadInput for a future
 * time.
 */
export async function statusAt(
  at: Date,
  models: readonly string[],
  needs: PastParts & Needs<'clock'>,
  only?: string,
): Promise<Reply> {
  if (at > needs.clock.now()) throw new BadInput('That time is in the future.');
  const rows = await Promise.all(
    models.map(async (model) => {
      const past = (await pastOf(model, needs, MOST)).filter(
        ({ environment }) => only === undefined || environment === only,
      );
      return Promise.all(
        past.map(async ({ environment, periods }) => {
          const period = liveAt(periods, at);
          const live = period && (await withEvidence(period, needs));
          return { model, environment, ...(live && { live }) };
        }),
      );
    }),
  );
  const all = rows.flat();
  const data = all.map(({ live, ...place }) => ({
    ...place,
    live: live ? periodData(live) : null,
  }));
  return answer(pastCard(at, all), { at, models: data });
}
