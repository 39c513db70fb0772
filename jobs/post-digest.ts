import { z } from 'zod';
import { type Digested, digestState, digestSubject, type Monitored } from '../src/cards/digest.ts';
import type { ModelWeek } from '../src/cards/week.ts';
import type { Period } from '../src/core/digest.ts';
import { isSameEndpoint } from '../src/core/endpoint.ts';
import { defineJob } from '../src/core/job.ts';
import { type ModelSpec, specIn } from '../src/core/model.ts';
import type { Needs } from '../src/core/world.ts';

type Parts = Needs<
  | 'alerts'
  | 'approvals'
  | 'arrivals'
  | 'deployments'
  | 'environments'
  | 'findings'
  | 'models'
  | 'people'
  | 'replies'
  | 'traffic'
>;

/** More windows and deployments than a week has. */
const MOST = 500;

const instant = z.iso.datetime().transform((text) => new Date(text));

/**
 * Posts what monitors and people did in a day or a week. The message is stored under its period, so that the same
 * digest is posted once, however often a role was restarted.
 */
export const postDigest = defineJob({
  name: 'post-digest',
  lane: 'monitoring',
  payload: z.object({
    key: z.string(),
    kind: z.enum(['day', 'week']),
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    homes: z.array(z.object({ platform: z.string(), channel: z.string() })),
  }),
  once: ({ key }) => key,
  attempts: 8,

  async run({ key, kind, homes, ...given }, needs: Parts) {
    const period = { key, kind, from: instant.parse(given.from), to: instant.parse(given.to) };
    const { replies, people } = needs;
    const nameOf = (person: string) => people.byId(person)?.name ?? person;
    const state = digestState(period, await digestOf(period, needs), nameOf);
    // What is stored under that subject already stays as it is.
    for (const home of homes) await replies.open(digestSubject(period), home, state);
  },
});

async function digestOf(period: Period, needs: Parts): Promise<Digested> {
  const { from, to, kind } = period;
  const { alerts, deployments, models, environments } = needs;
  const within = (time: Date) => time >= from && time < to;
  const switched = [];
  const monitors: Monitored[] = [];
  for (const spec of models.list())
    for (const environment of environments.list()) {
      const history = await deployments.history(spec.name, environment, MOST);
      switched.push(...history.filter(({ since }) => within(since)));
      monitors.push(...(await monitoredIn(specIn(spec, environment), environment, period, needs)));
    }
  switched.sort((a, b) => b.since.getTime() - a.since.getTime());
  const found = await alerts.during(from, to);
  const digested = { alerts: found, deployments: switched, monitors };
  if (kind === 'day') return digested;
  const weeks: ModelWeek[] = [];
  for (const spec of models.list())
    for (const environment of environments.list())
      weeks.push(await weekOf({ spec, environment }, digested, period, needs));
  // In a place where nothing ever happened there is nothing to say.
  const isUsed = ({ live, requests }: ModelWeek) => live !== undefined || requests > 0;
  return { ...digested, weeks: weeks.filter(isUsed) };
}

async function weekOf(
  { spec, environment }: { spec: ModelSpec; environment: string },
  { alerts, deployments }: Pick<Digested, 'alerts' | 'deployments'>,
  { from, to }: Period,
  needs: Parts,
): Promise<ModelWeek> {
  const { name: model, summary } = spec;
  const endpoint = { model, environment };
  const isHere = (one: { model: string; environment: string }) => isSameEndpoint(one, endpoint);
  const hours = await needs.traffic.within(endpoint, { from, to });
  const live = await needs.deployments.live(model, environment);
  const open = await needs.approvals.list({ model, statuses: ['open'] });
  const came = (await needs.arrivals.list({ model, limit: MOST })).filter(
    ({ at }) => at >= from && at < to,
  );
  const accepted = came.filter(({ status }) => status === 'accepted').length;
  return {
    ...{ ...endpoint, summary, live: live?.version, end: to },
    requests: hours.reduce((sum, { requests }) => sum + requests, 0),
    failures: hours.reduce((sum, { failures }) => sum + failures, 0),
    switched: deployments.filter(isHere).toReversed(),
    losses: alerts.filter((one) => isHere(one) && one.grade === 'harm'),
    ...{ accepted, leftOut: came.length - accepted },
    waiting: open.filter((one) => one.environment === environment).length,
  };
}

/** By when a window was evaluated: a replay of old days is news of today. */
async function monitoredIn(
  spec: ModelSpec,
  environment: string,
  { from, to }: Period,
  { findings }: Parts,
): Promise<Monitored[]> {
  const seen: Monitored[] = [];
  for (const { name } of spec.monitors) {
    const about = { monitor: `${spec.name}/${name}`, environment };
    const recent = await findings.recent(about, undefined, MOST);
    const evaluated = recent.filter(
      ({ at, status }) => at >= from && at < to && ['ok', 'warn', 'alert'].includes(status),
    );
    seen.push({
      ...{ model: spec.name, environment, monitor: name, windows: evaluated.length },
      alerting: evaluated.filter(({ status }) => status === 'alert').length,
    });
  }
  return seen;
}
