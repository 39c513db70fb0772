import { z } from 'zod';
import type { DataSource, Offer } from './data.ts';
import type { Examining, Looking, SourceKind } from './source-kind.ts';

interface Definition<Own extends z.ZodRawShape> {
  name: string;
  summary: string;
  /** The keys that only this kind has. Parsing its output again must not change it. */
  settings: z.ZodObject<Own>;
  look(settings: z.output<z.ZodObject<Own>>, looking: Looking): Promise<Offer>;
  /** Names of the environment variables with its secrets; default: none. */
  variables?(settings: z.output<z.ZodObject<Own>>): readonly string[];
  /** Default: only the worker can tell what is there. */
  examine?(settings: z.output<z.ZodObject<Own>>, by: Examining): Promise<string>;
}

/** A kind of source as listed in `src/data/sources/index.ts`. */
export function defineSource<Own extends z.ZodRawShape>({
  name,
  summary,
  settings,
  look,
  variables = () => [],
  examine,
}: Definition<Own>): SourceKind {
  return {
    name,
    summary,
    keys: ['kind', ...Object.keys(COMMON.shape), ...Object.keys(settings.shape)],
    schema: schemaOf(name, settings.shape),
    variables: (source) => variables(settings.parse(source.settings)),
    examine: async (source, by) => examine?.(settings.parse(source.settings), by),
    look: (source, looking) => look(settings.parse(source.settings), looking),
  };
}

/** What all sources have in common. */
const COMMON = z.object({
  schedule: z.string().default('* * * * *'),
  min_rows: z.number().int().min(1).default(1),
  volume_ratio: z.number().min(1).default(4),
  max_nulls: z.number().min(0).max(1).default(0.5),
  time: z.string().min(1).optional(),
  max_age_days: z.number().positive().optional(),
  max_psi: z.number().positive().default(2),
});

function schemaOf(kind: string, own: z.ZodRawShape): SourceKind['schema'] {
  const shape: z.ZodRawShape = { kind: z.literal(kind), ...COMMON.shape, ...own };
  return z.strictObject(shape).transform((given): Omit<DataSource, 'name'> => {
    const common = COMMON.parse(given);
    const settings = Object.entries(given).filter(([key]) => Object.hasOwn(own, key));
    return {
      kind,
      schedule: common.schedule,
      rules: {
        minRows: common.min_rows,
        volumeRatio: common.volume_ratio,
        maxNulls: common.max_nulls,
        time: common.time,
        maxAgeDays: common.max_age_days,
        maxPsi: common.max_psi,
      },
      settings: Object.fromEntries(settings),
    };
  });
}
