import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { TraceSettings } from '../../core/trace-settings.ts';
import { followTraces } from './spans.ts';

/** A collector that is down is told of once in this time. */
const QUIET_MS = 60_000;
const CLOSE_MS = 2000;

/**
 * Exports what this process does as spans, from now on. Nothing waits for the collector: spans that it does not take are
 * dropped.
 */
export function startTracing(
  options: TraceSettings,
  about: { role: string; version: string },
  failed: (error: unknown) => void,
): { flush(): Promise<void>; close(): Promise<void> } {
  const { url, protocol, headers, timeoutMs, share, service, attributes, delayMs } = options;
  const Exporter = protocol === 'http/json' ? JsonExporter : ProtobufExporter;
  const exporter = told(new Exporter({ url, headers, timeoutMillis: timeoutMs }), failed);
  const provider = new TracerProvider({
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) }),
    resource: resourceFromAttributes({
      ...{ 'service.version': about.version, 'wheelhouse.role': about.role },
      ...attributes,
      'service.name': service,
    }),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: delayMs })],
  });
  const unfollow = followTraces(provider.getTracer('wheelhouse', about.version), failed);
  return {
    flush: () => provider.forceFlush(),
    async close() {
      unfollow();
      // The last spans are not worth a slow end.
      await Promise.race([provider.shutdown(), late(CLOSE_MS)]);
    },
  };
}

function told(exporter: SpanExporter, failed: (error: unknown) => void): SpanExporter {
  let quietUntil = 0;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.error && Date.now() >= quietUntil) {
          quietUntil = Date.now() + QUIET_MS;
          failed(result.error);
        }
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

const late = (ms: number): Promise<void> =>
  new Promise((done) => {
    setTimeout(done, ms).unref();
  });
