import { z } from 'zod';
import { evaluationCard } from '../src/cards/evaluation.ts';
import { versionData } from '../src/cards/run.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { Refused } from '../src/core/errors.ts';
import { answer } from '../src/core/reply.ts';
import { didYouMean } from '../src/core/suggest.ts';
import { modelOption, versionOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { taskOfVersion } from '../src/tasks/index.ts';
import { metricOf } from '../src/tasks/words.ts';
import { evaluationPictures } from './steps/evaluation-charts.ts';
import { drawnInTime } from './steps/pictures.ts';

const newest = versionOption('Version; default: the newest');
const column = z.string().trim().min(1, 'expected a column').optional();

export const evaluation = defineCommand({
  name: 'evaluation',
  summary: 'Show slices, calibration and errors of a version',
  role: 'viewer',
  agents: 'answer',
  words: ['model', 'version'],
  options: {
    model: modelOption,
    version: { ...newest, schema: newest.schema.default('latest') },
    by: option(column, 'Only the slices of this column', { placeholder: 'COLUMN' }),
  },
  examples: ['/evaluation flights', '/evaluation flights 3 --by origin'],

  async run(
    { model, version: named, by },
    { models, versions, charts }: Needs<'models' | 'versions' | 'charts'>,
  ) {
    const spec = models.get(model);
    const version = await versions.resolve(spec.name, named);
    const found = await versions.evaluation(version.id);
    if (!found)
      throw new Refused(`${spec.name} v${version.number} was not evaluated.`, {
        next: `Use /runs ${spec.name} to see why, and /train ${spec.name} to train again.`,
      });
    const columns = Object.keys(spec.features);
    if (by !== undefined && !columns.includes(by))
      throw new Refused(`${spec.name} has no feature "${by}".${didYouMean(by, columns)}`, {
        next: `Its features are ${columns.join(', ')}.`,
      });
    const { report, unit } = found;
    const metric = metricOf(report?.slices?.metric ?? '', { task: taskOfVersion(version), unit });
    const about = { name: `${spec.name} v${version.number}`, metric, unit, by };
    const drawn = await drawnInTime(report ? evaluationPictures(report, about, charts) : []);
    return answer(
      { ...evaluationCard({ version, evaluation: found, metric, by }), ...drawn },
      {
        version: versionData(version, found),
        report: report ?? null,
      },
    );
  },
});
