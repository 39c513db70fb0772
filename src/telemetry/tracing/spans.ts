import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import {
  type Activities,
  type Activity,
  beginOf,
  isActivity,
  whenEnded,
} from '../../core/activity.ts';
import { inWords } from '../../core/errors.ts';
import { type Trace, traces } from '../../core/trace.ts';

const LONGEST_WORDS = 300;
const KINDS = ['command', 'job', 'program', 'switch', 'platform'] as const;

interface Described {
  name: string;
  kind: SpanKind;
  attributes: Attributes;
  /** The trace that it belongs to. Default: that of whoever does it. */
  parent?: string | undefined;
}

/** How each kind of activity is shown. Never a person, nor what somebody typed. */
const DESCRIBE: { [K in keyof Activities]: (about: Activities[K]) => Described } = {
  command: ({ name, platform }) => ({
    name: `command ${name}`,
    kind: SpanKind.SERVER,
    attributes: { 'wheelhouse.command': name, 'wheelhouse.platform': platform },
  }),
  job: ({ name, lane, id, waitedMs, parent }) => ({
    name: `job ${name}`,
    kind: SpanKind.CONSUMER,
    attributes: {
      ...{ 'messaging.system': 'bullmq', 'messaging.destination.name': lane },
      ...{ 'messaging.message.id': id, 'wheelhouse.job': name },
      ...(waitedMs !== undefined && { 'wheelhouse.waited_ms': waitedMs }),
    },
    // Not that of the job before it in the same worker.
    parent: parent ?? '',
  }),
  program: ({ model, run, does }) => ({
    name: `program ${does}`,
    kind: SpanKind.INTERNAL,
    attributes: { 'wheelhouse.model': model, 'wheelhouse.run': run },
  }),
  switch: ({ model, environment, kind }) => ({
    name: `switch ${kind}`,
    kind: SpanKind.INTERNAL,
    attributes: { 'wheelhouse.model': model, 'wheelhouse.environment': environment },
  }),
  platform: ({ platform, operation }) => ({
    name: `${platform} ${operation}`,
    kind: SpanKind.CLIENT,
    attributes: { 'wheelhouse.platform': platform },
  }),
};

/** Makes a span of each activity, and its trace that of all that happens in it. Returns a function that stops it. */
export function followTraces(tracer: Tracer, failed: (error: unknown) => void): () => void {
  const open = new WeakMap<Activity, Span>();
  const stops = KINDS.map((kind) => follow(kind, tracer, open, failed));
  return () => {
    for (const stop of stops) stop();
  };
}

function follow<K extends keyof Activities>(
  kind: K,
  tracer: Tracer,
  open: WeakMap<object, Span>,
  failed: (error: unknown) => void,
): () => void {
  const begin = beginOf(kind);
  begin.bindStore(traces, (seen) => {
    const current = traces.getStore();
    try {
      if (!isActivity(kind, seen)) return current;
      const { parent = current?.parent, ...described } = DESCRIBE[kind](seen.about);
      const span = tracer.startSpan(described.name, described, contextOf(parent));
      open.set(seen, span);
      return traceOf(span);
    } catch (error) {
      failed(error); // it would end the process
      return current;
    }
  });
  const unfollow = whenEnded(kind, (activity) => {
    try {
      finish(open.get(activity), activity);
    } catch (error) {
      failed(error);
    }
  });
  return () => {
    begin.unbindStore(traces);
    unfollow();
  };
}

function finish(span: Span | undefined, { ended }: Activity): void {
  if (!span || !ended) return;
  span.setAttribute('wheelhouse.outcome', ended.outcome);
  if (ended.error !== undefined) {
    const message = inWords(ended.error).slice(0, LONGEST_WORDS);
    span.setStatus({ code: SpanStatusCode.ERROR, message });
    const type = ended.error instanceof Error ? ended.error.name : 'error';
    span.addEvent('exception', { 'exception.type': type, 'exception.message': message });
  } else if (ended.outcome === 'failed') span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

/** https://www.w3.org/TR/trace-context/#traceparent-header */
const PARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** A root for anything that is no trace: it may come from Redis. */
function contextOf(parent: string | undefined): Context {
  const [, traceId, spanId, flags] = PARENT.exec(parent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

function traceOf(span: Span): Trace {
  const { traceId, spanId, traceFlags } = span.spanContext();
  const flags = traceFlags.toString(16).padStart(2, '0');
  return { id: traceId, parent: `00-${traceId}-${spanId}-${flags}` };
}
