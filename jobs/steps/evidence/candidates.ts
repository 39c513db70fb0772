import type { Needs } from '../../../src/core/world.ts';

/** More than a champion has challengers. */
const FAR_BACK = 1000;

/**
 * How many versions were judged against this champion so far, the candidate included: by a comparison that somebody
 * asked for, or by a request. The winner of twenty is no surprise.
 */
export async function candidatesAgainst(
  champion: number,
  candidate: { model: string; number: number; environment: string },
  { runs, approvals }: Needs<'runs' | 'approvals'>,
): Promise<number> {
  const { model, number, environment } = candidate;
  const [compared, requested] = await Promise.all([
    runs.list({ model, status: 'succeeded', limit: FAR_BACK }),
    approvals.list({ model, limit: FAR_BACK }),
  ]);
  const tried = new Set([
    number,
    ...compared.flatMap(({ kind, versions: [lower, upper] }) =>
      kind === 'compare' && lower === champion && upper !== undefined ? [upper] : [],
    ),
    ...requested
      .filter((one) => one.environment === environment && one.evidence?.champion === champion)
      .map(({ version }) => version),
  ]);
  tried.delete(champion);
  return tried.size;
}
