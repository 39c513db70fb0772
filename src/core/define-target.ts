import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import type { ObservedState, TargetSpec, WantedState } from './target.ts';
import type { TargetKind, TargetPlace, TargetReach } from './target-kind.ts';

interface Definition<Own extends z.ZodRawShape> {
  name: string;
  summary: string;
  /** The keys that only this kind has. Parsing its output again must not change it. */
  settings: z.ZodObject<Own>;
  /** See `TargetKind.follows`; default: it does not. */
  follows?: boolean;
  /** Names of the environment variables with its secrets; default: none. */
  variables?(target: DefinedTarget<Own>): readonly string[];
  /** See `TargetKind.placeOf`; default: none. */
  placeOf?(target: DefinedTarget<Own>): TargetPlace | undefined;
  apply(
    target: DefinedTarget<Own>,
    wanted: WantedState,
    id: string,
    reach: TargetReach,
  ): Promise<void>;
  remove(
    target: DefinedTarget<Own>,
    nothing: WantedState,
    id: string,
    reach: TargetReach,
  ): Promise<void>;
  observe(
    target: DefinedTarget<Own>,
    endpoint: Endpoint,
    reach: TargetReach,
  ): Promise<ObservedState | undefined>;
}

/** A target with the settings of its kind. */
type DefinedTarget<Own extends z.ZodRawShape> = Omit<TargetSpec, 'settings'> & {
  settings: z.output<z.ZodObject<Own>>;
};

/** A kind of target as listed in `src/release/targets/index.ts`. */
export function defineTarget<Own extends z.ZodRawShape>({
  name,
  summary,
  settings,
  variables = () => [],
  follows = false,
  placeOf = () => undefined,
  apply,
  remove,
  observe,
}: Definition<Own>): TargetKind {
  const read = (target: TargetSpec): DefinedTarget<Own> => ({
    ...target,
    settings: settings.parse(target.settings),
  });
  return {
    ...{ name, summary, follows },
    keys: ['kind', ...Object.keys(COMMON.shape), ...Object.keys(settings.shape)],
    schema: schemaOf(name, settings),
    variables: (target) => variables(read(target)),
    placeOf: (target) => placeOf(read(target)),
    apply: async (target, wanted, id, reach) => apply(read(target), wanted, id, reach),
    remove: async (target, nothing, id, reach) => remove(read(target), nothing, id, reach),
    observe: async (target, endpoint, reach) => observe(read(target), endpoint, reach),
  };
}

/** What all targets have in common. */
const COMMON = z.object({
  timeout_seconds: z.number().positive().max(600).default(30),
  settle_seconds: z.number().min(0).max(86_400).default(120),
});

function schemaOf(kind: string, own: z.ZodObject): TargetKind['schema'] {
  const shape: z.ZodRawShape = { kind: z.literal(kind), ...COMMON.shape, ...own.shape };
  return z.strictObject(shape).transform((given, { issues }): Omit<TargetSpec, 'name'> => {
    const common = COMMON.parse(given);
    const entries = Object.entries(given).filter(([key]) => Object.hasOwn(own.shape, key));
    const settings = Object.fromEntries(entries);
    // Each key is right by now; what is checked of several together is not.
    for (const { message, path } of own.safeParse(settings).error?.issues ?? [])
      issues.push({ code: 'custom', input: given, message, path });
    return {
      kind,
      timeoutMs: common.timeout_seconds * 1000,
      settleMs: common.settle_seconds * 1000,
      settings,
    };
  });
}
