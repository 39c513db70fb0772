import { versionData } from '../src/cards/run.ts';
import type { Card } from '../src/core/card.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { moment, rounded, span } from '../src/core/figures.ts';
import type { ModelSpec } from '../src/core/model.ts';
import type { Evaluation, Version } from '../src/core/ports/versions.ts';
import { answer, type Reply } from '../src/core/reply.ts';
import { anyModelOption, limitOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { figures, metricHeading } from '../src/tasks/words.ts';

type Parts = Needs<'models' | 'versions' | 'deployments' | 'environments'>;

export const models = defineCommand({
  name: 'models',
  summary: 'List models, or the versions of one model',
  role: 'viewer',
  agents: 'answer',
  words: ['model'],
  options: { model: anyModelOption, limit: limitOption },
  examples: ['/models', '/models flights'],

  run: ({ model, limit }, needs: Parts) =>
    model === undefined ? everyModel(needs) : versionsOf(needs.models.get(model), limit, needs),
});

async function everyModel({ models, versions, deployments, environments }: Parts): Promise<Reply> {
  const where = environments.list();
  const list = await Promise.all(
    models.list().map(async (spec) => {
      const [newest] = await versions.list(spec.name, 1);
      const live = await liveIn(where, spec.name, deployments);
      return {
        name: spec.name,
        summary: spec.summary,
        live: live.get(where[0] ?? '') ?? null,
        environments: Object.fromEntries(where.map((name) => [name, live.get(name) ?? null])),
        newest: newest?.number ?? null,
      };
    }),
  );
  const rows = list.map(({ name, summary, environments, newest }) => [
    name,
    ...Object.values(environments).map((version) => (version ? `v${version}` : '–')),
    newest ? `v${newest}` : '–',
    summary,
  ]);
  return answer(
    {
      title: 'Models',
      tone: 'note',
      table: {
        columns: ['Model', ...where.map((name) => `In ${name}`), 'Newest', 'Summary'],
        rows,
      },
    },
    { models: list },
  );
}

async function versionsOf(
  spec: ModelSpec,
  limit: number,
  { versions, deployments, environments }: Parts,
): Promise<Reply> {
  const live = await liveIn(environments.list(), spec.name, deployments);
  const list = await versions.list(spec.name, limit);
  const judged = await Promise.all(
    list.map(async (version) => ({ version, evaluation: await versions.evaluation(version.id) })),
  );
  const groups = byJudgedRows(judged);
  const primary = spec.evaluation.primary;
  const rows = groups.flatMap((group) =>
    group.map(({ version, evaluation }) => [
      `v${version.number}${championIn(version.number, live, environments)}`,
      evaluation ? span(evaluation.dataset.window) : 'not evaluated',
      ...primary.map((metric) => {
        const value = evaluation?.metrics[metric];
        return value === undefined ? '–' : rounded(value);
      }),
      figuresOr(version.reported, '–'),
      parametersOf(version),
      `${version.createdBy}, ${moment(version.createdAt)}`,
      version.run,
    ]),
  );
  const columns = [
    ...['Version', 'Evaluated on', ...primary.map((metric) => metricHeading(metric, spec.unit))],
    ...['Reported by training', 'Parameters', 'Trained (UTC)', 'Run'],
  ];
  const text = [spec.summary, ...comparability(groups, spec.name)].filter(Boolean).join('\n');
  const card: Card = {
    title: `Versions of ${spec.name}`,
    tone: 'note',
    ...(text && { text }),
  };
  return answer(
    rows.length > 0
      ? { ...card, table: { columns, rows } }
      : {
          ...card,
          text: `${spec.summary}. No versions yet. /train ${spec.name} creates the first one.`,
        },
    {
      model: spec.name,
      versions: judged.map(({ version, evaluation }) => versionData(version, evaluation)),
    },
  );
}

/** The live version, by environment. */
async function liveIn(
  names: readonly string[],
  model: string,
  deployments: Parts['deployments'],
): Promise<Map<string, number>> {
  const found = await Promise.all(names.map((name) => deployments.live(model, name)));
  return new Map(found.flatMap((live) => (live ? [[live.environment, live.version]] : [])));
}

/** With one environment, its name adds nothing. */
function championIn(
  version: number,
  live: ReadonlyMap<string, number>,
  environments: Parts['environments'],
): string {
  const where = [...live].flatMap(([name, number]) => (number === version ? [name] : []));
  if (where.length === 0) return '';
  return environments.list().length === 1 ? ' (champion)' : ` (champion in ${where.join(', ')})`;
}

interface Judged {
  version: Version;
  evaluation: Evaluation | undefined;
}

/** Groups versions that were evaluated on the same rows; the group of the newest version first. */
function byJudgedRows(judged: readonly Judged[]): Judged[][] {
  const groups = new Map<string, Judged[]>();
  for (const one of judged) {
    const { window, sha256 } = one.evaluation?.dataset ?? {};
    const key = window
      ? `${window.from.getTime()} ${window.to.getTime()} ${sha256}`
      : 'not evaluated';
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

/** Added whenever the table has figures that are not directly comparable. */
function comparability(groups: readonly Judged[][], model: string): string[] {
  const [one, other] = groups.filter((group) => group[0]?.evaluation);
  if (!one?.[0] || !other?.[0]) return [];
  const [a, b] = [one[0].version.number, other[0].version.number];
  return [
    `Metrics measured on different days or rows are not comparable. Use /compare ${model} ${a} ${b} to evaluate two versions on the same rows.`,
  ];
}

function figuresOr(values: Readonly<Record<string, number>>, none: string): string {
  return Object.keys(values).length > 0 ? figures(values, 3) : none;
}

function parametersOf({ parameters }: Version): string {
  const pairs = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  return pairs.join(', ') || '–';
}
