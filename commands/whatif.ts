import { whatIf as whatIfJob } from '../jobs/declared/index.ts';
import { runSubject } from '../src/cards/run.ts';
import { whatIfState } from '../src/cards/what-if.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { BadInput, Refused } from '../src/core/errors.ts';
import { deriveId } from '../src/core/ids.ts';
import { live } from '../src/core/reply.ts';
import { dayOption, environmentOption, modelOption, versionOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { requireShare } from './steps/share.ts';
import { submit, unqueueRun } from './steps/submit.ts';

type Parts = Needs<'models' | 'environments' | 'versions' | 'runs' | 'jobs' | 'profiles'>;

const DAY_MS = 86_400_000;
const USUAL_DAYS = 7;

export const whatif = defineCommand({
  name: 'whatif',
  summary: 'Send logged requests through a version and show what would have changed',
  role: 'viewer',
  inReadOnly: 'refused',
  words: ['model', 'version'],
  options: {
    model: modelOption,
    version: versionOption('Version to ask'),
    since: dayOption('First day of the requests (default: the newest seven)'),
    to: dayOption('Day after the last day'),
    in: environmentOption,
  },
  examples: ['/whatif flights 3', '/whatif flights 3 --since 2001-05-01'],

  async run({ model, version: named, since, to, in: where }, needs: Parts, { id, by }) {
    const { models, environments, versions, runs, jobs, profiles } = needs;
    const spec = models.get(model);
    const environment = environments.get(where);
    const version = await versions.resolve(spec.name, named, environment);
    const newest = await profiles.watermark(spec.name);
    if (!newest)
      throw new Refused(`No requests to ${spec.name} are logged yet.`, {
        next: 'Requests are logged once a version is live.',
      });
    const window = {
      from: since ?? new Date(newest.getTime() - USUAL_DAYS * DAY_MS),
      to: to ?? new Date(newest.getTime() + 1),
    };
    if (window.from >= window.to)
      throw new BadInput(
        to
          ? `"--to" (${day(window.to)}) must be after "--since" (${day(window.from)}).`
          : `The newest request is of ${day(newest)}, before ${day(window.from)}.`,
        { next: 'Name an earlier day with --since.' },
      );
    const runId = deriveId('run', id);
    await requireShare(by.id, runId, runs);
    const run = await runs.create({
      ...{ id: runId, kind: 'what-if', model: spec.name, parameters: {}, window },
      ...{ versions: [version.number], requestedBy: by.id },
      ...(where !== undefined && { environment }),
    });
    await requireShare(by.id, run.id, runs, run);
    await submit(
      () => jobs.enqueue(whatIfJob, { run: run.id }),
      () => unqueueRun(run.id, runs),
    );
    return live(runSubject(run), whatIfState(run), spec.homes);
  },
});

const day = (date: Date): string => date.toISOString().slice(0, 10);
