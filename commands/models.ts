import { versionData } from '../src/cards/run.ts';
import { figure, moment } from '../src/cards/words.ts';
import { defineCommand } from '../src/core/define-command.ts';
import type { ModelSpec } from '../src/core/model.ts';
import { answer, type Reply } from '../src/core/reply.ts';
import { anyModelOption, limitOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';

type Parts = Needs<'models' | 'versions' | 'deployments' | 'environments'>;

export const models = defineCommand({
  name: 'models',
  summary: 'The models there are, or the versions of one',
  role: 'viewer',
  words: ['model'],
  options: { model: anyModelOption, limit: limitOption },
  examples: ['/models', '/models flights'],

  run: ({ model, limit }, needs: Parts) =>
    model === undefined ? everyModel(needs) : versionsOf(needs.models.get(model), limit, needs),
});

async function everyModel({ models, versions, deployments, environments }: Parts): Promise<Reply> {
  const environment = environments.get(undefined);
  const list = await Promise.all(
    models.list().map(async (spec) => {
      const live = await deployments.live(spec.name, environment);
      const [newest] = await versions.list(spec.name, 1);
      return {
        name: spec.name,
        summary: spec.summary,
        live: live?.version ?? null,
        newest: newest?.number ?? null,
      };
    }),
  );
  const rows = list.map(({ name, summary, live, newest }) => [
    name,
    live ? `v${live}` : '–',
    newest ? `v${newest}` : '–',
    summary,
  ]);
  return answer(
    {
      title: 'Models',
      tone: 'note',
      table: { columns: ['Model', `In ${environment}`, 'Newest', 'What it does'], rows },
    },
    { models: list },
  );
}

async function versionsOf(
  spec: ModelSpec,
  limit: number,
  { versions, deployments, environments }: Parts,
): Promise<Reply> {
  const live = await deployments.live(spec.name, environments.get(undefined));
  const list = await versions.list(spec.name, limit);
  const judged = await Promise.all(
    list.map(async (version) => ({ version, evaluation: await versions.evaluation(version.id) })),
  );
  const metric = spec.evaluation.primary[0] ?? 'auc';
  const rows = judged.map(({ version, evaluation }) => {
    const value = evaluation?.metrics[metric];
    return [
      `v${version.number}${live?.version === version.number ? ' (champion)' : ''}`,
      value === undefined ? '–' : figure(value),
      version.createdBy,
      moment(version.createdAt),
      version.run,
    ];
  });
  const card = { title: `Versions of ${spec.name}`, tone: 'note', text: spec.summary } as const;
  return answer(
    rows.length > 0
      ? { ...card, table: { columns: ['Version', metric, 'By', 'Trained (UTC)', 'Run'], rows } }
      : {
          ...card,
          text: `${spec.summary}. Nothing is trained yet: /train ${spec.name} makes the first version.`,
        },
    {
      model: spec.name,
      versions: judged.map(({ version, evaluation }) => versionData(version, evaluation)),
    },
  );
}
