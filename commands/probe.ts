import { probe as probeJob } from '../jobs/declared/index.ts';
import { probeState } from '../src/cards/probe.ts';
import { runSubject } from '../src/cards/run.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { BadInput, Refused } from '../src/core/errors.ts';
import { deriveId } from '../src/core/ids.ts';
import { specIn } from '../src/core/model.ts';
import { USUAL_PROBE } from '../src/core/probe.ts';
import { live } from '../src/core/reply.ts';
import { environmentOption, idOption, modelOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { requireShare } from './steps/share.ts';
import { submit, unqueueRun } from './steps/submit.ts';

type Parts = Needs<
  'models' | 'environments' | 'deployments' | 'runs' | 'jobs' | 'profiles' | 'alerts'
>;

const DAY_MS = 86_400_000;
const alertOption = idOption('Alert that gets the result', 'alert');

export const probe = defineCommand({
  name: 'probe',
  summary: 'See whether retraining or an earlier version would do better, before you decide',
  role: 'operator',
  words: ['model'],
  options: {
    model: modelOption,
    alert: { ...alertOption, schema: alertOption.schema.optional() },
    in: environmentOption,
  },
  examples: ['/probe flights', '/probe flights --alert alert-7k2f9qab'],

  async run({ model, alert: about, in: where }, needs: Parts, { id, by }) {
    const { models, environments, deployments, runs, jobs, profiles, alerts } = needs;
    const alert = about === undefined ? undefined : await alerts.get(about);
    const environment = environments.get(where ?? alert?.environment);
    const spec = specIn(models.get(model), environment);
    if (alert && (alert.model !== spec.name || alert.environment !== environment))
      throw new BadInput(`${alert.id} is about ${alert.model} in ${alert.environment}.`, {
        next: `Use /probe ${alert.model} --alert ${alert.id}.`,
      });
    if (!(await deployments.live(spec.name, environment)))
      throw new Refused(`No version of ${spec.name} is live in ${environment}.`, {
        next: `/models ${spec.name} lists its versions; /promote deploys one.`,
      });
    const newest = await profiles.watermark(spec.name);
    if (!newest)
      throw new Refused(`No requests to ${spec.name} are logged yet.`, {
        next: 'Requests are logged once a version is live.',
      });
    const { days } = spec.probe ?? USUAL_PROBE;
    const runId = deriveId('run', id);
    await requireShare(by.id, runId, runs);
    const run = await runs.create({
      ...{ id: runId, kind: 'probe', model: spec.name, parameters: {}, versions: [] },
      window: {
        from: new Date(newest.getTime() - days * DAY_MS),
        to: new Date(newest.getTime() + 1),
      },
      ...{ environment, requestedBy: by.id, ...(alert && { alert: alert.id }) },
    });
    await requireShare(by.id, run.id, runs, run);
    await submit(
      () => jobs.enqueue(probeJob, { run: run.id }),
      () => unqueueRun(run.id, runs),
    );
    return live(runSubject(run), probeState(run), spec.homes);
  },
});
