import { resolve } from 'node:path';
import { z } from 'zod';
import { keepSecret, secretsIn } from '../src/core/secrets.ts';
import type { TraceSettings } from '../src/core/trace-settings.ts';
import { isExposed, ownEnvironment } from './environment.ts';
import { TraceVariables, traceSettings } from './traces.ts';
import { ConfigInvalid } from './workspace.ts';

const Port = z.coerce.number().int().min(0).max(65_535);

/** The environment variables. Secrets come only from here. */
const Environment = z.object({
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, 'expected mongodb://…')
    .optional(),
  WHEELHOUSE_HOME: z.string().min(1).default('.wheelhouse'),
  WHEELHOUSE_WORKSPACE: z.string().min(1).default('examples/flights'),
  WHEELHOUSE_HOST: z.string().min(1).default('127.0.0.1'),
  WHEELHOUSE_PORT: Port.default(4680),
  WHEELHOUSE_INFERENCE_PORT: Port.default(4681),
  WHEELHOUSE_INFERENCE_GRPC_PORT: Port.optional(),
  WHEELHOUSE_INFERENCE_URL: z.url().optional(),
  WHEELHOUSE_INFERENCE_TOKEN: z
    .string()
    .regex(/^\S{16,}$/, 'expected at least 16 characters without spaces')
    .optional(),
  WHEELHOUSE_INFERENCE_HOSTS: z
    .string()
    .regex(/^[\w.-]+(\s*,\s*[\w.-]+)*$/, 'expected names without port, separated by commas')
    .optional(),
  WHEELHOUSE_SERVE_ENVIRONMENTS: z
    .string()
    .regex(/^[\w-]+(\s*,\s*[\w-]+)*$/, 'expected names of environments, separated by commas')
    .optional(),
  WHEELHOUSE_SERVE_PROCESSES: z.coerce.number().int().min(1).max(64).default(1),
  WHEELHOUSE_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  WHEELHOUSE_TOKEN: z.string().min(16, 'expected at least 16 characters').optional(),
  WHEELHOUSE_USER: z.string().optional(),
  WHEELHOUSE_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  WHEELHOUSE_DEMO: z.enum(['0', '1']).default('0'),
  WHEELHOUSE_PROGRAM_USER: z.string().optional(),
  WHEELHOUSE_TRAININGS: z.coerce.number().int().min(1).max(64).default(1),
  WHEELHOUSE_DRAIN_SECONDS: z.coerce.number().int().min(3).max(86_400).default(3),
  WHEELHOUSE_METRICS_HOST: z.string().min(1).default('127.0.0.1'),
  WHEELHOUSE_METRICS_PORT: z.union([z.literal('off'), Port], 'expected a port, or off').optional(),
  WHEELHOUSE_METRICS_TOKEN: z.string().min(16, 'expected at least 16 characters').optional(),
});

export interface Settings {
  redisUrl: string | undefined;
  mongodbUri: string | undefined;
  home: string;
  workspace: string;
  host: string;
  port: number;
  inferencePort: number;
  /** Of the gateway's gRPC form; undefined: it is off. */
  inferenceGrpcPort: number | undefined;
  inferenceUrl: string;
  /** The token that the gateway requires; undefined: none. */
  inferenceToken: string | undefined;
  /** Host names that the gateway accepts. */
  inferenceHosts: readonly string[];
  /** Environments that a role "serve" serves; undefined: all. */
  serveEnvironments: readonly string[] | undefined;
  /** Inference processes of a role "serve" that accept connections. */
  serveProcesses: number;
  /** Public address of the adapters, e.g. of a proxy; its host name is accepted. */
  publicUrl: string | undefined;
  token: string | undefined;
  /** The person that the token belongs to; in a demo, any person. */
  user: string | undefined;
  /** The token can act as any person, because a demo protects nothing from its owner. */
  demo: boolean;
  logLevel: string;
  /** The user as which a root worker runs the programs of the workspace; if not set, each runs as a separate user. */
  programUser: string | undefined;
  /** Whether others of this process's user can read its secrets in /proc. */
  exposed: boolean;
  /** Number of trainings and comparisons at a time in one process. */
  trainings: number;
  /** How long a worker that is told to stop lets its jobs finish, in milliseconds. */
  drainMs: number;
  /** Where health and metrics are answered. */
  metrics: {
    host: string;
    /** Undefined: one by the role, or any free one. */
    port: number | 'off' | undefined;
    token: string | undefined;
  };
  /** Undefined: no traces. */
  traces: TraceSettings | undefined;
  /** All variables, for the adapters, which read their own settings. Never logged. */
  environment: Readonly<Record<string, string | undefined>>;
}

/** The only reader of the environment. An empty or blank variable counts as not set. */
export function readSettings(environment: NodeJS.ProcessEnv = ownEnvironment()): Settings {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value?.trim() !== ''),
  );
  // First of all, so that error messages do not quote them either.
  for (const [name, value = ''] of Object.entries(given)) keepSecret(secretsIn(name, value));
  const parsed = Environment.extend(TraceVariables.shape).safeParse(given);
  if (!parsed.success) throw new ConfigInvalid('the environment', z.prettifyError(parsed.error));
  const values = parsed.data;
  return {
    redisUrl: values.REDIS_URL,
    mongodbUri: values.MONGODB_URI,
    home: resolve(values.WHEELHOUSE_HOME),
    workspace: resolve(values.WHEELHOUSE_WORKSPACE),
    host: values.WHEELHOUSE_HOST,
    port: values.WHEELHOUSE_PORT,
    inferencePort: values.WHEELHOUSE_INFERENCE_PORT,
    inferenceGrpcPort: values.WHEELHOUSE_INFERENCE_GRPC_PORT,
    inferenceUrl:
      values.WHEELHOUSE_INFERENCE_URL ?? `http://127.0.0.1:${values.WHEELHOUSE_INFERENCE_PORT}`,
    inferenceToken: values.WHEELHOUSE_INFERENCE_TOKEN,
    inferenceHosts: [
      ...[values.WHEELHOUSE_INFERENCE_URL, values.WHEELHOUSE_PUBLIC_URL].flatMap((url) =>
        url === undefined ? [] : [new URL(url).hostname],
      ),
      ...(values.WHEELHOUSE_INFERENCE_HOSTS?.split(/\s*,\s*/) ?? []),
    ],
    serveEnvironments: values.WHEELHOUSE_SERVE_ENVIRONMENTS?.split(/\s*,\s*/),
    serveProcesses: values.WHEELHOUSE_SERVE_PROCESSES,
    publicUrl: values.WHEELHOUSE_PUBLIC_URL,
    token: values.WHEELHOUSE_TOKEN,
    user: values.WHEELHOUSE_USER,
    demo: values.WHEELHOUSE_DEMO === '1',
    logLevel: values.WHEELHOUSE_LOG_LEVEL,
    programUser: values.WHEELHOUSE_PROGRAM_USER,
    exposed: isExposed(given),
    trainings: values.WHEELHOUSE_TRAININGS,
    drainMs: values.WHEELHOUSE_DRAIN_SECONDS * 1000,
    metrics: {
      host: values.WHEELHOUSE_METRICS_HOST,
      port: values.WHEELHOUSE_METRICS_PORT,
      token: values.WHEELHOUSE_METRICS_TOKEN,
    },
    traces: traceSettings(values),
    environment: given,
  };
}

/** The same for `doctor`: invalid variables count as not set, and `fault` describes all of them. */
export function readWhatIsRight(environment: NodeJS.ProcessEnv = ownEnvironment()): {
  settings: Settings;
  fault?: ConfigInvalid;
} {
  try {
    return { settings: readSettings(environment) };
  } catch (fault) {
    if (!(fault instanceof ConfigInvalid)) throw fault;
    const right = Object.entries(environment).filter(
      ([name, value]) =>
        Environment.extend(TraceVariables.shape).safeParse({ [name]: value }).success,
    );
    return { settings: readSettings(Object.fromEntries(right)), fault };
  }
}
