import type { Evidenced } from '../../src/cards/history.ts';
import { NotFound } from '../../src/core/errors.ts';
import type { Needs } from '../../src/core/world.ts';
import { type Period, periodsOf } from '../../src/release/periods.ts';

export type PastParts = Needs<'environments' | 'deployments' | 'approvals'>;

/** What was live of a model in each environment, newest first. */
export async function pastOf(
  model: string,
  { environments, deployments }: PastParts,
  limit: number,
): Promise<{ environment: string; periods: Period[] }[]> {
  return Promise.all(
    environments.list().map(async (environment) => ({
      environment,
      periods: periodsOf(await deployments.history(model, environment, limit)),
    })),
  );
}

/** With the approval that made it live: who voted, and on which evidence. */
export async function withEvidence(
  period: Period,
  { approvals }: Pick<PastParts, 'approvals'>,
): Promise<Evidenced> {
  const { approval: id } = period.deployment;
  if (id === undefined) return { period };
  const approval = await approvals.get(id).catch((error: unknown) => {
    if (error instanceof NotFound) return undefined;
    throw error;
  });
  return { period, ...(approval && { approval }) };
}
