import type { ModelBoard } from '../../core/board.ts';
import { type ModelSpec, specIn } from '../../core/model.ts';
import { kindOf } from '../../monitoring/kinds/index.ts';
import { chartsOf } from '../../monitoring/over-time/charts.ts';
import { eventsOf } from '../../monitoring/over-time/events.ts';
import type { Watched } from '../../monitoring/over-time/watched.ts';
import type { Delivery } from './delivery.ts';
import type { Figures } from './figures.ts';
import type { BoardParts } from './parts.ts';
import { rankingOf } from './ranking.ts';
import { rowOf } from './runs.ts';
import { alertOf, approvalOf, deploymentOf, liveOf } from './shapes.ts';
import { iso, isoOrNull, spanOf } from './times.ts';

const DEPLOYMENTS = 30;
const APPROVALS = 20;
const ALERTS = 50;
const RUNS = 200;

/** Everything about one endpoint: a fixed number of queries, each with a limit. */
export async function lookAtModel(
  name: string,
  where: { environment?: string | undefined; windows: number; platform: string },
  parts: BoardParts,
  { figures, delivery }: { figures: Figures; delivery: Delivery },
): Promise<ModelBoard> {
  const environment = parts.environments.get(where.environment);
  const spec = specIn(parts.models.get(name), environment);
  const { model, summary } = { model: spec.name, summary: spec.summary };
  const [live, out, previous, history, approvals, alerts, runs, newest, watched] =
    await Promise.all([
      parts.deployments.live(model, environment),
      parts.deployments.outOfService(model, environment),
      parts.deployments.previousGood(model, environment),
      parts.deployments.history(model, environment, DEPLOYMENTS),
      parts.approvals.list({ model, statuses: ['open', 'checking'], limit: APPROVALS }),
      parts.alerts.list({ model, environment, includeResolved: true, limit: ALERTS }),
      parts.runs.summaries({ model, limit: RUNS }),
      parts.profiles.watermark(model, environment),
      findingsOf(spec, environment, where.windows, parts),
    ]);
  const { platform } = where;
  const now = parts.clock.now();
  const here = approvals.filter((approval) => approval.environment === environment);
  const open = alerts.filter(({ status }) => status !== 'resolved');
  return {
    ...{ model, summary, task: spec.task.name, channel: spec.channel },
    ...{ environment, environments: [...parts.environments.list()] },
    live: live ? liveOf(live) : null,
    outOfService: out
      ? { version: out.deployment.version, by: out.by, reason: out.reason, at: iso(out.at) }
      : null,
    previous: previous?.version ?? null,
    newestPrediction: isoOrNull(newest),
    deployments: history.map(deploymentOf),
    approvals: await Promise.all(here.map((one) => approvalOf(one, parts.replies, platform))),
    alerts: (await Promise.all(open.map((one) => alertOf(one, parts.replies, platform)))).toSorted(
      (a, b) => Number(b.grade === 'harm') - Number(a.grade === 'harm'),
    ),
    monitors: watched.map(monitorOf),
    ...chartsOf(watched),
    ranking: await rankingOf(model, live?.version, parts),
    events: eventsOf(
      watched,
      alerts.flatMap(({ parts }) => parts),
    ),
    runs: await Promise.all(runs.map((run) => rowOf(run, figures, now))),
    delivery: await delivery(model, environment, [history[0]?.id, out?.deployment.id]),
  };
}

async function findingsOf(
  { name, monitors }: ModelSpec,
  environment: string,
  windows: number,
  { findings }: BoardParts,
): Promise<Watched[]> {
  return Promise.all(
    monitors.map(async (monitor) => {
      const about = { monitor: `${name}/${monitor.name}`, environment };
      return { monitor, findings: await findings.recent(about, undefined, windows) };
    }),
  );
}

function monitorOf({ monitor, findings: [newest] }: Watched): ModelBoard['monitors'][number] {
  const kind = kindOf(monitor.kind);
  return {
    ...{ name: monitor.name, kind: monitor.kind, summary: kind.summary, grade: kind.grade },
    windowHours: monitor.windowHours,
    newest: newest
      ? {
          ...{ status: newest.status, window: spanOf(newest.window), version: newest.version },
          figure: kind.gist(newest.detail, monitor, newest.figures) ?? null,
          signals: newest.signals,
        }
      : null,
    note: kind.note(newest?.figures, monitor) ?? null,
  };
}
