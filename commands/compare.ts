import { compare as compareJob } from '../jobs/compare.ts';
import { comparisonState } from '../src/cards/comparison.ts';
import { runSubject } from '../src/cards/run.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { BadInput } from '../src/core/errors.ts';
import { deriveId } from '../src/core/ids.ts';
import { live } from '../src/core/reply.ts';
import { dayOption, modelOption, versionOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { meetingWindow } from '../src/training/windows.ts';
import { NOT_QUEUED, submit } from './steps/submit.ts';

export const compare = defineCommand({
  name: 'compare',
  summary: 'Hold a version against another on the same rows, with significance',
  role: 'viewer',
  words: ['model', 'challenger', 'champion'],
  options: {
    model: modelOption,
    challenger: versionOption('The version in question'),
    champion: { ...versionOption('The version to beat'), schema: championSchema() },
    from: dayOption('First day of the rows'),
    to: dayOption('Day after the last one'),
  },
  examples: ['/compare flights 2 1', '/compare flights latest champion --from 2001-03-01'],

  async run(
    { model, challenger, champion, from, to },
    {
      models,
      versions,
      runs,
      jobs,
      profiles,
    }: Needs<'models' | 'versions' | 'runs' | 'jobs' | 'profiles'>,
    { id, by },
  ) {
    const spec = models.get(model);
    const upper = await versions.resolve(spec.name, challenger);
    const lower = await versions.resolve(spec.name, champion);
    if (upper.id === lower.id)
      throw new BadInput(`${upper.id} cannot be compared with itself.`, {
        next: 'Name two versions.',
      });
    const trained = [upper.dataset.window, lower.dataset.window];
    const newest = await profiles.watermark(spec.name);
    const run = await runs.create({
      id: deriveId('run', id),
      kind: 'compare',
      model: spec.name,
      parameters: {},
      window: meetingWindow(spec, { from, to }, trained, newest),
      versions: [lower.number, upper.number],
      requestedBy: by.id,
    });
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
