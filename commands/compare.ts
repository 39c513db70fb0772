import { compare as compareJob } from '../jobs/declared/index.ts';
import { comparisonState } from '../src/cards/comparison.ts';
import { runSubject } from '../src/cards/run.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { BadInput } from '../src/core/errors.ts';
import { deriveId } from '../src/core/ids.ts';
import { live } from '../src/core/reply.ts';
import { dayOption, environmentOption, modelOption, versionOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { meetingWindow } from '../src/training/windows.ts';
import { requireShare } from './steps/share.ts';
import { NOT_QUEUED, submit } from './steps/submit.ts';

export const compare = defineCommand({
  name: 'compare',
  summary: 'Compare two versions on the same rows, with significance tests',
  role: 'viewer',
  inReadOnly: 'refused',
  words: ['model', 'challenger', 'champion'],
  options: {
    model: modelOption,
    challenger: versionOption('Version to evaluate (the challenger)'),
    champion: {
      ...versionOption('Version to beat (default: the live one)'),
      schema: championSchema(),
    },
    from: dayOption('First day of the rows'),
    to: dayOption('Day after the last day'),
    in: environmentOption,
  },
  examples: ['/compare flights 2 1', '/compare flights latest champion --from 2001-03-01'],

  async run(
    { model, challenger, champion, from, to, in: where },
    {
      models,
      environments,
      versions,
      runs,
      jobs,
      profiles,
    }: Needs<'models' | 'environments' | 'versions' | 'runs' | 'jobs' | 'profiles'>,
    { id, by },
  ) {
    const spec = models.get(model);
    const environment = environments.get(where);
    const upper = await versions.resolve(spec.name, challenger, environment);
    const lower = await versions.resolve(spec.name, champion, environment);
    if (upper.id === lower.id)
      throw new BadInput(`${upper.id} cannot be compared with itself.`, {
        next: 'Name two versions.',
      });
    const runId = deriveId('run', id);
    await requireShare(by.id, runId, runs);
    const trained = [upper.dataset.window, lower.dataset.window];
    const newest = await profiles.watermark(spec.name);
    const run = await runs.create({
      id: runId,
      kind: 'compare',
      model: spec.name,
      parameters: {},
      ...(!from && !to && newest && { newest: true }),
      window: meetingWindow(spec, { from, to }, trained, newest),
      versions: [lower.number, upper.number],
      ...(where !== undefined && { environment }),
      requestedBy: by.id,
    });
    await requireShare(by.id, run.id, runs, run);
    await submit(
      () => jobs.enqueue(compareJob, { run: run.id }),
      () => runs.finish(run.id, { status: 'failed', error: NOT_QUEUED }),
    );
    return live(runSubject(run), comparisonState(run), spec.homes);
  },
});

function championSchema() {
  return versionOption('').schema.default('champion');
}
