import { lastDrill } from '../jobs/steps/evidence/drills.ts';
import { approvalData } from '../src/cards/approval.ts';
import { lastDrillInWords } from '../src/cards/drill.ts';
import { endpointFacts, endpointNotes, resumeAction } from '../src/cards/endpoint.ts';
import { rolesInWords } from '../src/cards/roles.ts';
import { runData } from '../src/cards/run.ts';
import type { Card, Table } from '../src/core/card.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { moment, plural } from '../src/core/figures.ts';
import type { ModelSpec } from '../src/core/model.ts';
import { roleIn } from '../src/core/people.ts';
import { answer } from '../src/core/reply.ts';
import { anyEnvironmentOption, anyModelOption, timeOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { reportOn } from '../src/monitoring/kinds/index.ts';
import { statusAt } from './steps/status-at.ts';

type Parts = Needs<
  | 'models'
  | 'environments'
  | 'deployments'
  | 'endpoints'
  | 'quarantines'
  | 'approvals'
  | 'alerts'
  | 'runs'
  | 'gateway'
  | 'profiles'
  | 'audit'
  | 'clock'
>;

export const status = defineCommand({
  name: 'status',
  summary: 'Show live versions, pending requests and open alerts',
  role: 'viewer',
  agents: 'answer',
  words: ['model'],
  options: {
    model: anyModelOption,
    in: anyEnvironmentOption,
    at: timeOption('What was live then, instead of now; in UTC'),
  },
  examples: [
    '/status',
    '/status flights',
    '/status flights --in staging',
    '/status flights --at "2026-05-01 10:00"',
  ],

  async run({ model, in: where, at }, needs: Parts, { by }) {
    const specs = model === undefined ? needs.models.list() : [needs.models.get(model)];
    const all = needs.environments.list();
    const only = where === undefined ? undefined : needs.environments.get(where);
    if (at) {
      const names = specs.map(({ name }) => name);
      return statusAt(at, names, needs, only);
    }
    const shown = only === undefined ? all : [only];
    const [spec, environment] = [specs[0], shown[0]];
    const you = { person: by.id, role: by.role, roles: by.roles ?? {} };
    if (model !== undefined && spec && environment !== undefined && shown.length === 1) {
      const seen = await lookAt(spec, environment, needs);
      const footer = `Your role here: ${roleIn(by, environment)}`;
      const card = { ...cardOf(seen, needs.gateway.urlOf(environment)), footer };
      return answer(card, { ...dataOf(seen), you });
    }
    const endpoints = specs.flatMap((one) => shown.map((name) => [one, name] as const));
    const seen = await Promise.all(endpoints.map(([one, name]) => lookAt(one, name, needs)));
    return answer(
      {
        title: model === undefined ? 'Live versions' : `Live versions of ${spec?.name}`,
        tone: 'note',
        ...endpointNotes(seen),
        table: endpointTable(seen, all.length > 1),
        footer: `Your role: ${rolesInWords(by)}`,
      },
      { models: seen.map(dataOf), you },
    );
  },
});

/** One row for each model and environment. */
function endpointTable(seen: readonly Seen[], several: boolean): Table {
  const rows = seen.map(({ model, environment, live, quarantine, outOfService, ...rest }) => [
    ...(several ? [model, environment] : [model]),
    live
      ? `v${live.version}${quarantine ? ' (quarantined)' : ''}`
      : outOfService
        ? 'out of service'
        : '–',
    live ? `${moment(live.since)} by ${live.by}` : '–',
    plural(rest.approvals.length, 'request'),
    plural(rest.alerts.length, 'alert'),
  ]);
  const columns = several ? ['Model', 'Environment'] : ['Model'];
  return { columns: [...columns, 'Live', 'Since (UTC)', 'Pending', 'Alerts'], rows };
}

const dataOf = (seen: Seen) => ({
  ...seen,
  approvals: seen.approvals.map(approvalData),
  running: seen.running.map(runData),
  queued: seen.queued.map(runData),
});

async function lookAt(spec: ModelSpec, environment: string, needs: Parts) {
  const [
    live,
    out,
    previous,
    approvals,
    alerts,
    running,
    queued,
    serving,
    problem,
    newest,
    history,
    keptOut,
    state,
    drilled,
  ] = await Promise.all([
    needs.deployments.live(spec.name, environment),
    needs.deployments.outOfService(spec.name, environment),
    needs.deployments.previousGood(spec.name, environment),
    needs.approvals.list({ model: spec.name, statuses: ['open', 'checking'] }),
    needs.alerts.list({ model: spec.name, environment }),
    needs.runs.list({ model: spec.name, status: 'running' }),
    needs.runs.list({ model: spec.name, status: 'queued' }),
    needs.gateway.serving({ model: spec.name, environment }),
    needs.gateway.problem({ model: spec.name, environment }),
    needs.profiles.watermark(spec.name, environment),
    needs.deployments.history(spec.name, environment, 5),
    needs.quarantines.list(),
    needs.endpoints.get({ model: spec.name, environment }),
    lastDrill({ model: spec.name, environment }, undefined, needs),
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
    approvals: approvals.filter((approval) => approval.environment === environment),
    alerts,
    running,
    queued,
    history,
    lock: state.lock && state.lock.until > needs.clock.now() ? state.lock : null,
    hold: state.hold ?? null,
    lastDrill: drilled ? { ...drilled, words: lastDrillInWords(drilled, needs.clock.now()) } : null,
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
    ...endpointFacts(seen),
    {
      label: 'Rollback target',
      value: seen.rollbackTo ? `v${seen.rollbackTo}` : 'none',
    },
    ...(seen.lastDrill ? [{ label: 'Last drill', value: seen.lastDrill.words }] : []),
    {
      label: 'Pending approval',
      value: seen.approvals.map(({ version, id }) => `v${version}, ${id}`).join('; ') || 'nothing',
    },
    {
      label: 'Open alerts',
      value:
        seen.alerts.map((alert) => `${reportOn(alert).title} (${alert.id})`).join('; ') || 'none',
    },
    {
      label: 'Runs',
      value: `${seen.running.length} running, ${seen.queued.length} queued`,
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
  if (seen.hold) card.actions = [resumeAction(seen)];
  if (rows.length > 0)
    card.table = { columns: ['Since (UTC)', 'Version', 'Change', 'Status', 'By', 'Reason'], rows };
  return card;
}
