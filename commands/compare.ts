import { compare as compareJob } from '../jobs/declared/index.ts';
import { dataReach } from '../jobs/steps/data-reach.ts';
import { comparisonState } from '../src/cards/comparison.ts';
import { runSubject } from '../src/cards/run.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { BadInput } from '../src/core/errors.ts';
import { deriveId } from '../src/core/ids.ts';
import type { Version } from '../src/core/ports/versions.ts';
import { live } from '../src/core/reply.ts';
import {
  dayOption,
  environmentOption,
  modelOption,
  versionOption,
  versionsOption,
} from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { meetingWindow } from '../src/training/windows.ts';
import { requireShare } from './steps/share.ts';
import { submit, unqueueRun } from './steps/submit.ts';

/** Each costs about as much time as a comparison of two. */
const MOST = 5;

export const compare = defineCommand({
  name: 'compare',
  summary: 'Compare versions on the same rows, with significance tests',
  role: 'viewer',
  inReadOnly: 'refused',
  words: ['model', 'challenger', 'champion'],
  options: {
    model: modelOption,
    challenger: versionsOption('Version to evaluate (the challenger), or several', MOST),
    champion: {
      ...versionOption('Version to beat (default: the live one)'),
      schema: championSchema(),
    },
    from: dayOption('First day of the rows'),
    to: dayOption('Day after the last day'),
    in: environmentOption,
  },
  examples: [
    '/compare flights 2 1',
    '/compare flights 3,4,5',
    '/compare flights latest champion --from 2001-03-01',
  ],

  async run(
    { model, challenger, champion, from, to, in: where },
    {
      models,
      environments,
      versions,
      runs,
      jobs,
      profiles,
      arrivals,
    }: Needs<'models' | 'environments' | 'versions' | 'runs' | 'jobs' | 'profiles' | 'arrivals'>,
    { id, by },
  ) {
    const spec = models.get(model);
    const environment = environments.get(where);
    const challengers: Version[] = [];
    for (const one of challenger) {
      const found = await versions.resolve(spec.name, one, environment);
      if (!challengers.some(({ id: known }) => known === found.id)) challengers.push(found);
    }
    const lower = await versions.resolve(spec.name, champion, environment);
    if (challengers.some(({ id: one }) => one === lower.id))
      throw new BadInput(`${lower.id} cannot be compared with itself.`, {
        next: 'Name two versions.',
      });
    const runId = deriveId('run', id);
    await requireShare(by.id, runId, runs);
    const trained = [...challengers, lower].map(({ dataset }) => dataset.window);
    const newest = await dataReach(spec.name, { profiles, arrivals });
    const run = await runs.create({
      id: runId,
      kind: 'compare',
      model: spec.name,
      parameters: {},
      ...(!from && !to && newest && { newest: true }),
      window: meetingWindow(spec, { from, to }, trained, newest),
      versions: [lower.number, ...challengers.map(({ number }) => number)],
      ...(where !== undefined && { environment }),
      requestedBy: by.id,
    });
    await requireShare(by.id, run.id, runs, run);
    await submit(
      () => jobs.enqueue(compareJob, { run: run.id }),
      () => unqueueRun(run.id, runs),
    );
    return live(runSubject(run), comparisonState(run), spec.homes);
  },
});

function championSchema() {
  return versionOption('').schema.default('champion');
}
