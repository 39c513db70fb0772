import { z } from 'zod';
import type { EngineOrder, EngineSpec, EngineState, LogLine } from './engine.ts';
import type { EngineKind, EngineReach } from './engine-kind.ts';
import { type Json, toJson } from './json.ts';

interface Definition<Own extends z.ZodRawShape, Job extends z.ZodRawShape, H> {
  name: string;
  summary: string;
  isRemote: boolean;
  pollMs: number;
  /** The keys that only an engine of this kind has. Parsing its output again must not change it. */
  settings: z.ZodObject<Own>;
  /** What a model may set for its trainings on it; each key is optional. */
  job: z.ZodObject<Job>;
  handle: z.ZodType<H>;
  variables?(settings: z.output<z.ZodObject<Own>>): readonly string[];
  start(engine: Defined<Own>, order: DefinedOrder<Job>, reach: EngineReach): Promise<H>;
  adopt(
    engine: Defined<Own>,
    which: { run: string; id: string },
    reach: EngineReach,
  ): Promise<H | undefined>;
  resume(engine: Defined<Own>, handle: H, reach: EngineReach): Promise<EngineState>;
  cancel(engine: Defined<Own>, handle: H, reach: EngineReach): Promise<void>;
  logs(
    engine: Defined<Own>,
    handle: H,
    from: string | undefined,
    reach: EngineReach,
  ): AsyncIterable<LogLine>;
  filesOf?(handle: H, reach: EngineReach): string;
  forget(engine: Defined<Own>, handle: H, reach: EngineReach): Promise<void>;
  look?(engine: Defined<Own>, reach: Pick<EngineReach, 'secret' | 'signal'>): Promise<string>;
}

/** An engine, and an order, with the settings of their kind. */
type Defined<Own extends z.ZodRawShape> = Omit<EngineSpec, 'settings'> & {
  settings: z.output<z.ZodObject<Own>>;
};
type DefinedOrder<Job extends z.ZodRawShape> = Omit<EngineOrder, 'job'> & {
  job: z.output<z.ZodObject<Job>>;
};

/** A kind of engine as listed in `src/training/engines/index.ts`. */
export function defineEngine<Own extends z.ZodRawShape, Job extends z.ZodRawShape, H>({
  settings,
  job,
  handle: shape,
  variables = () => [],
  start,
  adopt,
  resume,
  cancel,
  logs,
  filesOf,
  forget,
  look,
  ...about
}: Definition<Own, Job, H>): EngineKind {
  const read = (engine: EngineSpec): Defined<Own> => ({
    ...engine,
    settings: settings.parse(engine.settings),
  });
  const own = z.strictObject(job.shape);
  return {
    ...about,
    keys: ['kind', ...Object.keys(settings.shape), ...Object.keys(job.shape)],
    jobKeys: Object.keys(job.shape),
    schema: schemaOf(about.name, settings.shape, job.shape),
    readJob: (raw) => own.parse(raw),
    variables: (engine) => variables(read(engine).settings),
    async start(engine, order, reach) {
      const wanted = own.parse({ ...engine.job, ...order.job });
      return toJson(await start(read(engine), { ...order, job: wanted }, reach));
    },
    async adopt(engine, which, reach) {
      const found = await adopt(read(engine), which, reach);
      return found === undefined ? undefined : toJson(found);
    },
    resume: async (engine, handle, reach) => resume(read(engine), shape.parse(handle), reach),
    cancel: async (engine, handle, reach) => cancel(read(engine), shape.parse(handle), reach),
    logs: (engine, handle, from, reach) => logs(read(engine), shape.parse(handle), from, reach),
    filesOf: (handle: Json, reach) => filesOf?.(shape.parse(handle), reach),
    forget: async (engine, handle, reach) => forget(read(engine), shape.parse(handle), reach),
    look: async (engine, reach) => look?.(read(engine), reach),
  };
}

function schemaOf(kind: string, own: z.ZodRawShape, job: z.ZodRawShape): EngineKind['schema'] {
  const shape: z.ZodRawShape = { kind: z.literal(kind), ...own, ...job };
  const only = (given: object, keys: z.ZodRawShape) =>
    Object.fromEntries(Object.entries(given).filter(([key]) => Object.hasOwn(keys, key)));
  return z.strictObject(shape).transform((given): Omit<EngineSpec, 'name'> => {
    return { kind, settings: only(given, own), job: only(given, job) };
  });
}
