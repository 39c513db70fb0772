import type { Needs } from '../../src/core/world.ts';
import type { Delivered } from '../../src/release/figures.ts';

/** More than a model has in the years that anybody asks for. */
const FAR_BACK = 2000;

/** What was delivered of a model in an environment, as far back as it is read. */
export async function deliveredOf(
  model: string,
  environment: string,
  { deployments, approvals, versions }: Needs<'deployments' | 'approvals' | 'versions'>,
): Promise<Delivered> {
  const [history, requests, made] = await Promise.all([
    deployments.history(model, environment, FAR_BACK),
    approvals.list({ model, limit: FAR_BACK }),
    versions.list(model, FAR_BACK),
  ]);
  return {
    deployments: history,
    approvals: requests.filter((request) => request.environment === environment),
    trained: new Map(made.map(({ number, createdAt }) => [number, createdAt])),
  };
}
