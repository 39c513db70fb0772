import { z } from 'zod';
import type { TraceSettings } from '../src/core/trace-settings.ts';

const GRPC =
  'grpc is not supported: use http/protobuf, and the port for OTLP over HTTP, usually 4318';
const Protocol = z.enum(['http/protobuf', 'http/json'], {
  error: ({ input }) => (input === 'grpc' ? GRPC : 'expected http/protobuf or http/json'),
});
const Pairs = z
  .string()
  .regex(/^\s*(?:[^=,\s]+=[^,]*(?:,\s*|$))*$/, 'expected name=value, separated by commas')
  .transform((text) =>
    Object.fromEntries(
      text.split(',').flatMap((pair) => {
        const at = pair.indexOf('=');
        return at < 1 ? [] : [[pair.slice(0, at).trim(), decoded(pair.slice(at + 1).trim())]];
      }),
    ),
  );
const Milliseconds = z.coerce.number().int().min(1);
const SAMPLERS = ['always_on', 'always_off', 'traceidratio'] as const;

/** Of OpenTelemetry's variables, those that are read here. */
export const TraceVariables = z.object({
  OTEL_SDK_DISABLED: z.string().optional(),
  OTEL_TRACES_EXPORTER: z.enum(['otlp', 'none']).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: Protocol.optional(),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: Protocol.optional(),
  OTEL_EXPORTER_OTLP_HEADERS: Pairs.optional(),
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: Pairs.optional(),
  OTEL_EXPORTER_OTLP_TIMEOUT: Milliseconds.optional(),
  OTEL_TRACES_SAMPLER: z
    .enum([...SAMPLERS, ...SAMPLERS.map((name) => `parentbased_${name}` as const)])
    .default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
  OTEL_SERVICE_NAME: z.string().default('wheelhouse'),
  OTEL_RESOURCE_ATTRIBUTES: Pairs.optional(),
  OTEL_BSP_SCHEDULE_DELAY: Milliseconds.default(5000),
});

/** Undefined: no traces, and nothing of OpenTelemetry is loaded. */
export function traceSettings(given: z.infer<typeof TraceVariables>): TraceSettings | undefined {
  const base = given.OTEL_EXPORTER_OTLP_ENDPOINT;
  const own = given.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  const asked = own ?? base ?? given.OTEL_TRACES_EXPORTER;
  const isOff = given.OTEL_SDK_DISABLED?.toLowerCase() === 'true';
  if (asked === undefined || isOff || given.OTEL_TRACES_EXPORTER === 'none') return undefined;
  const sampler = given.OTEL_TRACES_SAMPLER;
  const share = sampler.endsWith('ratio') ? given.OTEL_TRACES_SAMPLER_ARG : 1;
  return {
    url: own ?? `${(base ?? 'http://localhost:4318').replace(/\/$/, '')}/v1/traces`,
    protocol:
      given.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ??
      given.OTEL_EXPORTER_OTLP_PROTOCOL ??
      'http/protobuf',
    headers: {
      ...given.OTEL_EXPORTER_OTLP_HEADERS,
      ...given.OTEL_EXPORTER_OTLP_TRACES_HEADERS,
    },
    timeoutMs: given.OTEL_EXPORTER_OTLP_TIMEOUT ?? 10_000,
    share: sampler.endsWith('always_off') ? 0 : share,
    service: given.OTEL_SERVICE_NAME,
    attributes: given.OTEL_RESOURCE_ATTRIBUTES ?? {},
    delayMs: given.OTEL_BSP_SCHEDULE_DELAY,
  };
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
