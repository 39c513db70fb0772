import { z } from 'zod';
import { WEEKDAYS } from '../src/core/digest.ts';
import { metricName } from '../src/core/metrics.ts';
import { USUAL_PROBE } from '../src/core/probe.ts';
import { isTimezone } from '../src/core/quiet-hours.ts';
import { didYouMean } from '../src/core/suggest.ts';
import { DEFAULT_FALSE_ALARMS, FalseAlarms } from '../src/monitoring/budget.ts';
import { monitorKinds } from '../src/monitoring/kinds/index.ts';
import { GateSetting, gateKeys } from '../src/release/gates/index.ts';
import { tasks } from '../src/tasks/index.ts';
import { OUTPUT_BYTES } from '../src/training/output-limit.mjs';
import { AgentFile } from './agents.ts';
import { ALERTING } from './alerting.ts';
import { APPROVAL_WORDS, Approval, Groups, ModelApproval } from './approval.ts';
import { SOURCE_KEYS, Source } from './data.ts';
import { ENGINE_KEYS, Engine, EngineWishes } from './engines.ts';
import { environmentMap } from './environments.ts';
import { fieldsOf } from './faults.ts';
import { FREEZE, FREEZE_WORDS } from './freeze.ts';
import { GitHubFile } from './github.ts';
import { MLFLOW_KEYS, MlflowFile } from './mlflow.ts';
import { aboutFeature, aboutMoment } from './near-misses.ts';
import { OBJECTS_KEYS, ObjectsFile } from './objects.ts';
import { Access, Person } from './people-schema.ts';
import { PIPELINE_KEYS, PipelineFile } from './pipeline.ts';
import { RETRAIN_KEYS, Retrain } from './retrain.ts';
import { ROLLOUT_KEYS, Rollout } from './rollout.ts';
import { TARGET_KEYS, Target } from './targets.ts';
import { WEBHOOK_KEYS, Webhooks } from './webhooks.ts';

/** The shape of `wheelhouse.yaml`. Keys are in snake case; an unknown key is an error. */

export const NAME = /^[a-z][a-z0-9_-]{0,40}$/;
export const NAME_WORDS =
  'expected up to 41 lower case letters, digits, - and _, starting with a letter';

/** Names are checked in contradictions.ts: an invalid key must not hide errors below it. */
const Name = z.string();
const Argv = z.array(z.string().min(1)).min(1).transform(toArgv);
const Moment = z
  .union([z.iso.date(), z.iso.datetime()], { error: ({ input }) => aboutMoment(input) })
  .transform((text) => new Date(text));
const FeatureType = z.enum(['number', 'category'], { error: ({ input }) => aboutFeature(input) });

function toArgv([program = '', ...rest]: string[]): [string, ...string[]] {
  return [program, ...rest];
}

const Parameter = z.strictObject({
  type: z.enum(['integer', 'number', 'string', 'boolean']),
  summary: z.string().default(''),
  default: z.union([z.number(), z.string(), z.boolean()]),
  min: z.number().optional(),
  max: z.number().optional(),
  choices: z.array(z.string()).min(1).optional(),
});

/** One for all metrics, or one for each by name. */
const Margin = z.union(
  [z.number().min(0), z.record(z.string().transform(metricName), z.number().min(0))],
  'expected a number, 0 or more, or {metric: number}',
);

/** Of a false alarm and of a miss, in any unit. */
const Cost = z
  .strictObject({ fp: z.number().min(0), fn: z.number().min(0) })
  .refine(({ fp, fn }) => fp + fn > 0, 'at least one of fp and fn must be more than 0');

const [firstKind, ...otherKinds] = monitorKinds;
/** Each kind defines its own keys and defaults, in src/monitoring/kinds. */
const Monitor = z.preprocess(
  withKind,
  z.discriminatedUnion('kind', [firstKind.schema, ...otherKinds.map(({ schema }) => schema)], {
    error: ({ input }) => aboutKind(input),
  }),
);

function withKind(raw: unknown): unknown {
  return typeof raw === 'object' && raw !== null && !Object.hasOwn(raw, 'kind')
    ? { ...raw, kind: firstKind.name }
    : raw;
}

function aboutKind(input: unknown): string | undefined {
  const { kind } = fieldsOf(input);
  if (kind === undefined) return undefined;
  const names = monitorKinds.map(({ name }) => name);
  return `unknown kind of monitor ${JSON.stringify(kind)}.${didYouMean(String(kind), names)} Expected one of ${names.join(', ')}`;
}

/** Rules for one environment; keys that are left out are as for the model. */
const Rules = {
  channel: Name.optional(),
  approval: Approval.optional(),
  monitors: z.record(Name, Monitor).optional(),
  gates: z.array(GateSetting).optional(),
  rollout: Rollout.optional(),
  targets: z.record(Name, Target).optional(),
  ...ALERTING,
};
const Environment = z.strictObject({
  ...Rules,
  /** Address of its own gateway, if it has one. */
  url: z.url({ protocol: /^https?$/ }).optional(),
});

const Model = z.strictObject({
  summary: z.string().default(''),
  channel: Name,
  task: z.enum(tasks.map(({ name }) => name)).default(tasks[0].name),
  classes: z
    .array(z.union([z.string().min(1), z.number(), z.boolean()]).transform(String))
    .min(2, 'expected at least two classes')
    .optional(),
  features: z.record(z.string().min(1), FeatureType),
  /** Replaces a category that is null. */
  null_category: z.string().max(200, 'at most 200 characters').default(''),
  label: z.string().min(1),
  unit: z.string().trim().min(1).max(20, 'at most 20 characters').optional(),
  dataset: Argv,
  train: Argv,
  parameters: z.record(z.string(), Parameter).default({}),
  training: z.strictObject({
    from: Moment,
    to: Moment,
    timeout_minutes: z.number().positive().default(120),
    output_mb: z
      .number()
      .positive()
      .max(4096)
      .default(OUTPUT_BYTES / 1024 ** 2),
    /** Where it runs. */
    on: z.string().min(1).optional(),
    engines: EngineWishes,
  }),
  evaluation: z
    .strictObject({
      days: z.number().int().min(1).default(14),
      primary: z.array(z.string().transform(metricName)).min(1).optional(),
      margin: Margin.optional(),
      cost: Cost.optional(),
    })
    .prefault({}),
  /** What the probe after an alert about lost performance may use. */
  probe: z
    .strictObject({
      automatic: z.boolean().default(USUAL_PROBE.automatic),
      rows: z.number().int().min(1000).max(200_000).default(USUAL_PROBE.rows),
      days: z.number().min(1).default(USUAL_PROBE.days),
      minutes: z.number().positive().max(60).default(USUAL_PROBE.minutes),
    })
    .prefault({}),
  gates: z.array(GateSetting).optional(),
  approval: ModelApproval.prefault({}),
  /** Expected predictions per day; only used to find monitors that could never reach `min_rows`. */
  rows_per_day: z.number().positive().optional(),
  monitors: z.record(Name, Monitor).default({}),
  /** Of all its monitors in an environment together. */
  false_alarms: FalseAlarms.default(DEFAULT_FALSE_ALARMS),
  /** Where new data is looked for. */
  data: z.record(Name, Source).default({}),
  retrain: Retrain.optional(),
  /** Without it, all steps, to the first environment. */
  pipeline: PipelineFile.optional(),
  /** Step by step; without it, a version replaces the live one at once. */
  rollout: Rollout.optional(),
  /** What serves it besides the gateway. */
  targets: z.record(Name, Target).default({}),
  ...ALERTING,
  /** By name of environment. */
  environments: z.record(Name, z.strictObject(Rules)).default({}),
});

export const Workspace = z.strictObject({
  name: z.string().min(1),
  environments: environmentMap(Environment),
  channels: z.record(
    Name,
    z.strictObject({
      topic: z.string().default(''),
      /** The same channel on other platforms, e.g. `{ slack: C02ABC }`. */
      at: z.record(Name, z.string().min(1)).default({}),
    }),
  ),
  people: z.record(z.string(), Person),
  agents: z.record(Name, AgentFile).default({}),
  /** By platform, e.g. `slack`. */
  access: z.record(Name, Access).default({}),
  reactions: z
    .strictObject({
      approve: z.array(z.string()).min(1).default(['✅', 'white_check_mark', '👍', '+1']),
      reject: z.array(z.string()).min(1).default(['❌', 'x', '👎', '-1']),
    })
    .prefault({}),
  predictions: z
    .strictObject({
      keep_days: z.number().positive().default(90),
      /** Earlier prediction times are refused; default: the start of the version's training data. */
      not_before: Moment.optional(),
      ahead_minutes: z.number().min(0).max(1440).default(5),
      hours_per_request: z.number().int().min(1).max(10_000).default(48),
    })
    .prefault({}),
  audit: z
    .strictObject({
      channel: Name.optional(),
      schedule: z.string().default('0 6 * * *'),
    })
    .prefault({}),
  /** When what a rollback would restore is tried, in every environment. */
  drills: z.strictObject({ schedule: z.string().default('0 6 * * 1') }).prefault({}),
  /** What monitors and people did, once a day and once a week. */
  digest: z
    .strictObject({
      channel: Name.optional(),
      at: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time of day such as 09:00')
        .default('09:00'),
      timezone: z
        .string()
        .refine(isTimezone, 'unknown time zone; write e.g. Europe/Berlin')
        .default('UTC'),
      daily: z.boolean().default(true),
      weekly: z
        .union([z.enum(WEEKDAYS), z.literal(false)], 'expected a weekday such as monday, or false')
        .default('monday'),
    })
    .optional(),
  deadlines: z
    .strictObject({
      /** With less, healthy versions would be quarantined on a busy machine. */
      answer_seconds: z.number().min(2).max(300).default(4),
      batch_seconds: z.number().min(10).max(3600).default(60),
      /** For requests that arrive faster than they are answered. */
      queue_ms: z.union([z.number().min(1).max(60_000), z.literal(false)]).default(10),
    })
    .prefault({}),
  groups: Groups,
  ...FREEZE,
  /** Receivers of signed events. */
  webhooks: Webhooks,
  /** Jobs of GitHub that wait for a request. */
  github: GitHubFile,
  /** Where versions are shown, and models are imported from. */
  mlflow: MlflowFile,
  /** Where models, data and logs are kept. */
  objects: ObjectsFile,
  /** Where trainings run besides `process`, which is always there. */
  engines: z.record(Name, Engine).default({}),
  /** Replays traffic; only the demo starts it. */
  traffic: Argv.optional(),
  models: z.record(Name, Model),
});

/** All keys that the file may contain anywhere, for suggestions. */
export const KEYS: readonly string[] = [
  ...[Workspace, Environment, Model, Parameter, Person, Access, AgentFile].flatMap((part) =>
    Object.keys(part.shape),
  ),
  ...monitorKinds.flatMap(({ keys }) => keys),
  ...SOURCE_KEYS,
  ...OBJECTS_KEYS,
  ...MLFLOW_KEYS,
  ...[...RETRAIN_KEYS, ...PIPELINE_KEYS, ...TARGET_KEYS, ...WEBHOOK_KEYS],
  ...[...ENGINE_KEYS, 'on', 'engines'],
  ...['from', 'to', 'timeout_minutes', 'output_mb', 'days', 'primary', 'margin', 'cost'],
  ...APPROVAL_WORDS,
  ...gateKeys,
  ...['approve', 'reject', 'keep_days', 'topic', 'at'],
  ...['timezone', 'daily', 'weekly', ...FREEZE_WORDS],
  ...['automatic', 'rows', 'minutes', ...ROLLOUT_KEYS],
];

/** Parts that are checked for contradictions separately, so that an invalid one does not hide errors in others. */
export const PARTS = {
  environment: Environment,
  parameter: Parameter,
  monitor: Monitor,
  gate: GateSetting,
};

export type WorkspaceFile = z.output<typeof Workspace>;
