import { z } from 'zod';
import type { ObjectStoreKind, ObjectsSpec, StoreReach } from './object-store-kind.ts';
import type { ObjectStore } from './ports/objects.ts';

interface Definition<Own extends z.ZodRawShape> {
  name: string;
  summary: string;
  /** The keys that only this kind has. Parsing its output again must not change it. */
  settings: z.ZodObject<Own>;
  /** Names of the environment variables with its secrets; default: none. */
  variables?: readonly string[];
  shared(settings: z.output<z.ZodObject<Own>>): boolean;
  open(settings: z.output<z.ZodObject<Own>>, reach: StoreReach): Promise<ObjectStore>;
}

/** A kind of object store as listed in `src/objects/index.ts`. */
export function defineObjectStore<Own extends z.ZodRawShape>({
  name,
  summary,
  settings,
  variables = [],
  shared,
  open,
}: Definition<Own>): ObjectStoreKind {
  return {
    ...{ name, summary, variables },
    keys: ['kind', ...Object.keys(COMMON.shape), ...Object.keys(settings.shape)],
    schema: schemaOf(name, settings.shape),
    shared: (spec) => shared(settings.parse(spec.settings)),
    open: async (spec, reach) => open(settings.parse(spec.settings), reach),
  };
}

/** What all stores have in common. */
const COMMON = z.object({
  keep_days: z.number().min(1).max(3650).default(30),
  remove: z.boolean().default(false),
});

function schemaOf(kind: string, own: z.ZodRawShape): ObjectStoreKind['schema'] {
  const shape: z.ZodRawShape = { kind: z.literal(kind), ...COMMON.shape, ...own };
  return z.strictObject(shape).transform((given): ObjectsSpec => {
    const common = COMMON.parse(given);
    const settings = Object.entries(given).filter(([key]) => Object.hasOwn(own, key));
    return {
      kind,
      keepDays: common.keep_days,
      remove: common.remove,
      settings: Object.fromEntries(settings),
    };
  });
}
