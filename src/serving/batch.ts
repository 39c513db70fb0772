import { categorySql, categoryText } from '../core/category.ts';
import { Refused } from '../core/errors.ts';
import type { ModelSpec } from '../core/model.ts';
import type { Artifacts } from '../core/ports/artifacts.ts';
import type { Columns, Scorer } from '../core/ports/programs.ts';
import { holdsTimes, timeColumn, timeSql } from '../core/row-time.ts';
import { ask, columnsOf, quote } from './parquet.ts';
import type { ForkScoring } from './scoring/messages.ts';
import { openApart } from './scoring/open.ts';
import { scoreApart } from './scoring/score.ts';
import { readTrainerPredictions } from './trainer-predictions.ts';

/** At once, for a model that stays open: it is asked about millions of logged requests. */
const OPEN_ROWS = 8192;

/**
 * Scores entire data sets with the same runtime as the gateway, so that what is evaluated is what is served.
 */
export function createScorer(
  artifacts: Pick<Artifacts, 'read'>,
  fork: ForkScoring,
  /** For 1,024 rows, or for loading the file. */
  deadlineMs?: number,
): Scorer {
  const deadline = deadlineMs === undefined ? {} : { deadlineMs };
  return {
    async read(path, spec) {
      const names = Object.keys(spec.features);
      const types = await columnsOf(path);
      const missing = ['label', ...names].filter((name) => !types.has(name));
      if (missing.length > 0)
        throw new Refused(`The rows that the dataset program wrote lack ${missing.join(', ')}.`, {
          next: 'It must write "label" and one column for each feature.',
        });
      const entity = types.has('entity') ? ['entity'] : [];
      const time = timeColumn(types, spec.features);
      const timed = time !== undefined && holdsTimes(types.get(time) ?? '');
      const selection = [
        `${labelSql(spec, types.get('label') ?? '')} AS label`,
        ...names.map((name) => castOf(name, spec, types.get(name) ?? '')),
        ...entity.map((name) => `CAST(${quote(name)} AS VARCHAR) AS ${quote(name)}`),
        ...(timed ? [`CAST(${timeSql(quote(time))} AS DOUBLE) AS ${quote(TIME)}`] : []),
      ];
      const found = await ask(path, selection.join(', '));
      return {
        ...toColumns(found, spec, entity.length > 0),
        ...(timed && { times: timesOf(found.get(TIME)) }),
      };
    },

    predictions: readTrainerPredictions,

    open: async (artifact, spec, order) =>
      openApart(fork, {
        ...{ bytes: await artifacts.read(artifact), spec, mostRows: OPEN_ROWS },
        ...{ ...deadline, ...order },
      }),

    score: async (artifact, columns, spec, order) =>
      scoreApart(fork, {
        ...{ bytes: await artifacts.read(artifact), columns, spec },
        ...deadline,
        ...order,
      }),
  };
}

/** No feature has this name. */
const TIME = '"time"';

function timesOf(column: readonly unknown[] = []): Float64Array {
  return Float64Array.from(column, (value) => (typeof value === 'number' ? value : Number.NaN));
}

function castOf(name: string, { features }: ModelSpec, type: string): string {
  const column = quote(name);
  const isNumber = features[name] === 'number';
  return `${isNumber ? `CAST(${column} AS DOUBLE)` : categorySql(column, type)} AS ${column}`;
}

function labelSql({ task }: ModelSpec, type: string): string {
  return task.label.kind === 'number' ? 'CAST(label AS DOUBLE)' : categorySql('label', type);
}

function toColumns(
  found: Map<string, readonly unknown[]>,
  spec: ModelSpec,
  entities: boolean,
): Columns {
  const { task, classes = [] } = spec;
  const labels = Float64Array.from(found.get('label') ?? [], (value) => {
    const label = task.label.read(value, classes);
    if (label !== undefined) return label;
    throw new Refused(`The dataset program wrote the label ${String(value)}.`, {
      next: `A label is ${task.label.expected(classes)}.`,
    });
  });
  const features = Object.fromEntries(
    Object.entries(spec.features).map(([name, kind]) => {
      const column = found.get(name) ?? [];
      const textOf = (value: unknown) => categoryText(value, spec.nullCategory);
      return [name, (kind === 'category' ? column.map(textOf) : column).map(plain)];
    }),
  );
  return {
    labels,
    features,
    ...(entities && { entities: (found.get('entity') ?? []).map(String) }),
  };
}

function plain(value: unknown): number | string | null {
  return typeof value === 'number' || typeof value === 'string' ? value : null;
}
