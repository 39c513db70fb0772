import { z } from 'zod';
import { type Digested, digestState, digestSubject, type Monitored } from '../src/cards/digest.ts';
import type { Period } from '../src/core/digest.ts';
import { defineJob } from '../src/core/job.ts';
import { type ModelSpec, specIn } from '../src/core/model.ts';
import type { Needs } from '../src/core/world.ts';

type Parts = Needs<
  'alerts' | 'deployments' | 'findings' | 'models' | 'environments' | 'people' | 'replies'
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
  const { from, to } = period;
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
  return { alerts: await alerts.during(from, to), deployments: switched, monitors };
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
