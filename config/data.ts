import { validate } from 'node-cron';
import { z } from 'zod';
import type { DataSource } from '../src/core/data.ts';
import { didYouMean } from '../src/core/suggest.ts';
import { sourceKinds } from '../src/data/sources/index.ts';
import { type Fault, fieldsOf } from './faults.ts';

const [firstKind, ...otherKinds] = sourceKinds;

/** Each kind defines its own keys and defaults, in src/data/sources. */
export const Source = z.preprocess(
  (raw) =>
    typeof raw === 'object' && raw !== null && !Object.hasOwn(raw, 'kind')
      ? { ...raw, kind: firstKind.name }
      : raw,
  z.discriminatedUnion('kind', [firstKind.schema, ...otherKinds.map(({ schema }) => schema)], {
    error: ({ input }) => aboutKind(input),
  }),
);

function aboutKind(input: unknown): string | undefined {
  const { kind } = fieldsOf(input);
  if (kind === undefined) return undefined;
  const names = sourceKinds.map(({ name }) => name);
  return `unknown kind of data source ${JSON.stringify(kind)}.${didYouMean(String(kind), names)} Expected one of ${names.join(', ')}`;
}

/** All keys of sources, for suggestions. */
export const SOURCE_KEYS: readonly string[] = sourceKinds.flatMap(({ keys }) => keys);

export function sourcesOf(sources: Readonly<Record<string, Omit<DataSource, 'name'>>>) {
  return Object.entries(sources).map(([name, source]): DataSource => ({ name, ...source }));
}

/** What contradicts itself in a model's `data`, as written. */
export function sourceFaults(sources: unknown): Fault[] {
  const hooks = Object.entries(fieldsOf(sources)).filter(
    ([, source]) => fieldsOf(source)['kind'] === 'hook',
  );
  // Their calls have one address, so that the second would never get one.
  const second = hooks.slice(1).map(([name]) => ({
    path: ['data', name, 'kind'],
    words: `the model has a hook already: ${hooks[0]?.[0]}`,
  }));
  const schedules = Object.entries(fieldsOf(sources)).flatMap(([name, source]) => {
    const { schedule } = fieldsOf(source);
    return typeof schedule !== 'string' || validate(schedule)
      ? []
      : [
          {
            path: ['data', name, 'schedule'],
            words: `"${schedule}" is not a cron expression; write e.g. */5 * * * *`,
          },
        ];
  });
  return [...second, ...schedules];
}
