import type { ModelList } from '../../core/board.ts';
import { endpointId } from '../../core/endpoint.ts';
import { NotFound } from '../../core/errors.ts';
import type { BoardParts } from './parts.ts';
import { liveOf } from './shapes.ts';

/** All endpoints together have at most so many open alerts, or open requests, that are counted. */
const MOST = 2_000;

/** All models, with what is live where and what waits: four queries, however many models there are. */
export async function listModels(
  { after, limit }: { after?: string | undefined; limit: number },
  { models, environments, deployments, alerts, approvals }: BoardParts,
): Promise<ModelList> {
  const all = models.list();
  const start = after === undefined ? 0 : all.findIndex(({ name }) => name === after) + 1;
  if (after !== undefined && start === 0)
    throw new NotFound(`There is no model ${JSON.stringify(after)} to go on after.`);
  const [live, out, raised, asked] = await Promise.all([
    deployments.allLive(),
    deployments.allOutOfService(),
    alerts.list({ limit: MOST }),
    approvals.list({ statuses: ['open', 'checking'], limit: MOST }),
  ]);
  const liveAt = new Map(live.map((one) => [endpointId(one), one]));
  const outAt = new Set(out.map(({ deployment }) => endpointId(deployment)));
  const at = <T extends { model: string; environment: string }>(list: readonly T[], id: string) =>
    list.filter((one) => endpointId(one) === id);
  const shown = all.slice(start, start + limit);
  const last = shown.at(-1);
  return {
    models: shown.map(({ name: model, summary, task }) => ({
      ...{ model, summary, task: task.name },
      endpoints: environments.list().map((environment) => {
        const id = endpointId({ model, environment });
        const here = liveAt.get(id);
        const open = at(raised, id);
        return {
          environment,
          live: here ? liveOf(here) : null,
          outOfService: outAt.has(id),
          openAlerts: open.length,
          harm: open.filter(({ grade }) => grade === 'harm').length,
          openApprovals: at(asked, id).length,
        };
      }),
    })),
    next: start + limit < all.length && last ? last.name : null,
  };
}
