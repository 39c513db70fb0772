import { approvalData } from '../src/cards/approval.ts';
import { runData } from '../src/cards/run.ts';
import type { Card } from '../src/core/card.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { moment, plural } from '../src/core/figures.ts';
import type { ModelSpec } from '../src/core/model.ts';
import { answer } from '../src/core/reply.ts';
import { anyModelOption, timeOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { reportOn } from '../src/monitoring/kinds/index.ts';
import { statusAt } from './steps/status-at.ts';

type Parts = Needs<
  | 'models'
  | 'environments'
  | 'deployments'
  | 'quarantines'
  | 'approvals'
  | 'alerts'
  | 'runs'
  | 'gateway'
  | 'profiles'
  | 'clock'
>;

export const status = defineCommand({
  name: 'status',
  summary: 'Show live versions, pending requests and open alerts',
  role: 'viewer',
  words: ['model'],
  options: {
    model: anyModelOption,
    at: timeOption('What was live then, instead of now; in UTC'),
  },
  examples: ['/status', '/status flights', '/status flights --at "2026-05-01 10:00"'],

  async run({ model, at }, needs: Parts) {
    if (at) {
      const specs = model === undefined ? needs.models.list() : [needs.models.get(model)];
      const names = specs.map(({ name }) => name);
      return statusAt(at, names, needs);
    }
    if (model !== undefined) {
      const one = await statusOf(needs.models.get(model), needs);
      return answer(one.card, one.data);
    }
    const all = await Promise.all(needs.models.list().map((spec) => statusOf(spec, needs)));
    const rows = all.map(({ data }) => [
      data.model,
      data.live
        ? `v${data.live.version}${data.quarantine ? ' (quarantined)' : ''}`
        : data.outOfService
          ? 'out of service'
          : '–',
      data.live ? `${moment(data.live.since)} by ${data.live.by}` : '–',
      plural(data.approvals.length, 'request'),
      plural(data.alerts.length, 'alert'),
    ]);
    return answer(
      {
        title: 'Live versions',
        tone: 'note',
        table: { columns: ['Model', 'Live', 'Since (UTC)', 'Pending', 'Alerts'], rows },
      },
      { models: all.map(({ data }) => data) },
    );
  },
});

async function statusOf(spec: ModelSpec, needs: Parts) {
  const seen = await lookAt(spec, needs);
  const data = {
    ...seen,
    approvals: seen.approvals.map(approvalData),
    running: seen.running.map(runData),
  };
  return { data, card: cardOf(seen, needs.gateway.urlOf(seen.environment)) };
}

async function lookAt(spec: ModelSpec, needs: Parts) {
  const environment = needs.environments.get(undefined);
  const [
    live,
    out,
    previous,
    approvals,
    alerts,
    running,
    serving,
    problem,
    newest,
    history,
    keptOut,
  ] = await Promise.all([
    needs.deployments.live(spec.name, environment),
    needs.deployments.outOfService(spec.name, environment),
    needs.deployments.previousGood(spec.name, environment),
    needs.approvals.list({ model: spec.name, statuses: ['open', 'checking'] }),
    needs.alerts.list({ model: spec.name, environment }),
    needs.runs.list({ model: spec.name, status: 'running' }),
    needs.gateway.serving({ model: spec.name, environment }),
    needs.gateway.problem({ model: spec.name, environment }),
    needs.profiles.watermark(spec.name, environment),
    needs.deployments.history(spec.name, environment, 5),
    needs.quarantines.list(),
  ]);
  const quarantine = keptOut.find(({ deployment }) => deployment === live?.id);
  return {
    model: spec.name,
    environment,
    live: live
      ? {
          version: live.version,
          since: live.since,
          by: live.by,
          deployment: live.id,
          reason: live.reason,
        }
      : null,
    outOfService: out
      ? { version: out.deployment.version, by: out.by, reason: out.reason, at: out.at }
      : null,
    serving: serving ?? null,
    quarantine: quarantine ?? null,
    problem: problem ?? null,
    rollbackTo: previous?.version ?? null,
    newestPrediction: newest ?? null,
    approvals,
    alerts,
    running,
    history,
  };
}

type Seen = Awaited<ReturnType<typeof lookAt>>;

function cardOf(seen: Seen, url: string): Card {
  const { live, serving, problem, outOfService: out } = seen;
  const answering = serving
    ? `v${serving.version} at ${url}`
    : problem
      ? `an error: ${problem.error}`
      : live
        ? 'not ready yet'
        : 'nothing is live';
  const facts = [
    {
      label: 'Live',
      value: live
        ? `v${live.version}, since ${moment(live.since)} UTC by ${live.by}`
        : out
          ? `nothing: v${out.version} was taken out of service by ${out.by}, ${moment(out.at)} UTC: ${out.reason}`
          : 'nothing yet',
    },
    { label: 'Gateway serves', value: answering },
    ...(seen.quarantine
      ? [{ label: 'Quarantined', value: `v${seen.quarantine.version}. ${seen.quarantine.words}` }]
      : []),
    {
      label: 'Rollback target',
      value: seen.rollbackTo ? `v${seen.rollbackTo}` : 'none',
    },
    {
      label: 'Pending approval',
      value: seen.approvals.map(({ version }) => `v${version}`).join(', ') || 'nothing',
    },
    {
      label: 'Open alerts',
      value: seen.alerts.map((alert) => reportOn(alert).summary).join('; ') || 'none',
    },
    {
      label: 'Running',
      value: seen.running.length > 0 ? plural(seen.running.length, 'run') : 'nothing',
    },
  ];
  if (seen.newestPrediction)
    facts.push({ label: 'Newest prediction', value: `${moment(seen.newestPrediction)} UTC` });
  const rows = seen.history.map((deployment) => [
    moment(deployment.since),
    `v${deployment.version}`,
    deployment.kind,
    deployment.status.replace('_', ' '),
    deployment.by,
    deployment.reason,
  ]);
  const card: Card = {
    title: `${seen.model} in ${seen.environment}`,
    tone: seen.quarantine
      ? 'danger'
      : out || problem || seen.alerts.length > 0
        ? 'warning'
        : 'note',
    facts,
  };
  if (rows.length > 0)
    card.table = { columns: ['Since (UTC)', 'Version', 'Change', 'Status', 'By', 'Reason'], rows };
  return card;
}
