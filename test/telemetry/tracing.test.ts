import { readFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { readSettings } from '../../config/settings.ts';
import { observed } from '../../src/core/activity.ts';
import { Unreachable } from '../../src/core/errors.ts';
import type { ProgramOrder } from '../../src/core/ports/programs.ts';
import { currentTrace } from '../../src/core/trace.ts';
import { startTracing } from '../../src/telemetry/tracing/index.ts';
import { environmentOf } from '../../src/training/environment.ts';
import { createLog } from '../../src/wiring/log.ts';
import { readTree } from '../walls/tree.ts';
import { openCollector } from './collector.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function collecting(variables: Record<string, string> = {}, status?: number) {
  const collector = await openCollector(status);
  closing.push(collector.close);
  const { traces } = readSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...variables });
  if (!traces) throw new Error('traces are off');
  const errors: unknown[] = [];
  const tracing = startTracing(traces, { role: 'worker', version: '0.1.0' }, (error) =>
    errors.push(error),
  );
  closing.push(tracing.close);
  return { collector, errors, flush: tracing.flush };
}

const command = { name: 'train', platform: 'slack', id: 'Ev1' };
const job = { name: 'train', lane: 'training', id: '7', waitedMs: 12 };
const program = { model: 'flights', run: 'run-1', does: 'train' };
const switched = { model: 'flights', environment: 'production', kind: 'promotion' } as const;

/** As in production: the job runs later, in another process, and gets its trace from the queue. */
async function story() {
  let stored: string | undefined;
  await observed('command', command, async () => {
    stored = currentTrace()?.parent;
  });
  await observed('job', { ...job, parent: stored }, async () => {
    await observed('program', program, async () => undefined);
    await observed('switch', switched, async () => undefined);
  });
}

describe.each(['http/protobuf', 'http/json'])('traces over %s', (protocol) => {
  it('lead from a command over its job to the program and the switch', async () => {
    const { collector, errors, flush } = await collecting({
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20of-the-collector',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=prod',
      OTEL_SERVICE_NAME: 'ml',
    });
    await story();
    await flush();
    const spans = collector.spans();
    const [root, done, ran, changed] = [
      'command train',
      'job train',
      'program train',
      'switch promotion',
    ].map((name) => spans.find((span) => span.name === name));
    expect(spans).toHaveLength(4);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(root?.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(root?.parentSpanId).toBe('');
    expect(done?.parentSpanId).toBe(root?.spanId);
    expect(ran?.parentSpanId).toBe(done?.spanId);
    expect(changed?.parentSpanId).toBe(done?.spanId);
    expect([root?.kind, done?.kind]).toEqual([2, 5]); // server, consumer
    expect(done?.attributes).toMatchObject({
      ...{ 'messaging.destination.name': 'training', 'wheelhouse.waited_ms': '12' },
      'wheelhouse.outcome': 'done',
    });
    expect(collector.received[0]).toMatchObject({
      url: '/v1/traces',
      authorization: 'Bearer of-the-collector',
      resource: {
        ...{ 'service.name': 'ml', 'service.version': '0.1.0', 'wheelhouse.role': 'worker' },
        'deployment.environment.name': 'prod',
      },
    });
    expect(errors).toEqual([]);
  });
});

describe('traces', () => {
  it('show an error with its reason, without secrets', async () => {
    const { collector, flush } = await collecting();
    const failing = observed('job', { ...job, parent: undefined }, () =>
      Promise.reject(new Unreachable('Asking redis://:hunter22@localhost: it is gone.')),
    );
    await expect(failing).rejects.toThrow();
    await flush();
    expect(collector.spans()[0]?.status).toEqual({
      code: 2,
      message: 'Asking redis://:***@localhost: it is gone.',
    });
    expect(collector.received.map(({ text }) => text).join()).not.toContain('hunter22');
  });

  it('begin anew for a job whose parent is no trace', async () => {
    const { collector, flush } = await collecting();
    for (const parent of [
      '',
      '00-abc-def-01',
      '"; DROP',
      `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`,
    ])
      await observed('job', { ...job, parent }, async () => undefined);
    await observed('command', command, () =>
      // A worker that runs in a command's process is not part of that command's trace.
      observed('job', { ...job, parent: undefined }, async () => undefined),
    );
    await flush();
    const spans = collector.spans();
    expect(spans).toHaveLength(6);
    expect(spans.map(({ parentSpanId }) => parentSpanId)).toEqual(Array(6).fill(''));
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(6);
  });

  it('are handed to programs, and are in the log', async () => {
    await collecting();
    const lines: string[] = [];
    const to = new Writable({
      write(chunk, _, done) {
        lines.push(String(chunk));
        done();
      },
    });
    const log = createLog('worker', 'info', to);
    const order: ProgramOrder = {
      argv: ['train'],
      ...{ folder: '.', runDir: '.', timeoutMs: 1, onProgress: () => undefined },
      ...{ signal: new AbortController().signal },
      request: {
        ...{ run: 'run-1', model: 'flights', parameters: {}, features: {}, label: 'late' },
        ...{ task: 'binary', null_category: '' },
        window: { from: new Date(0), to: new Date(1) },
      },
    };
    const more = { requestFile: 'request.json', mark: 'mark', user: undefined };
    await observed('program', program, async () => {
      const { TRACEPARENT } = environmentOf(order, more);
      expect(TRACEPARENT).toBe(currentTrace()?.parent);
      log.info({}, 'training');
      expect(JSON.parse(lines[0] ?? '')).toMatchObject({ trace_id: currentTrace()?.id });
    });
    log.info({}, 'idle');
    expect(lines[1]).not.toContain('trace_id');
    expect(environmentOf(order, more)).not.toHaveProperty('TRACEPARENT');
  });

  it('keep a share of those that begin here, and what others keep', async () => {
    const { collector, flush } = await collecting({
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0',
    });
    await story();
    const parent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    await observed('job', { ...job, parent }, async () => undefined);
    await flush();
    expect(collector.spans().map(({ parentSpanId }) => parentSpanId)).toEqual(['b'.repeat(16)]);
  });

  it('tell once that the collector does not take them, and disturb nothing', async () => {
    const { errors, flush } = await collecting({}, 400);
    for (let twice = 0; twice < 2; twice += 1) {
      await story();
      await flush().catch(() => undefined); // it says so to whoever waits for it
    }
    expect(errors).toHaveLength(1);
  });
});

describe('the switch for traces', () => {
  it.each<Record<string, string>>([
    {},
    { OTEL_SERVICE_NAME: 'ml' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', OTEL_SDK_DISABLED: 'true' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', OTEL_TRACES_EXPORTER: 'none' },
  ])('is off with %o', (variables) => {
    expect(readSettings(variables).traces).toBeUndefined();
    expect(currentTrace()).toBeUndefined();
  });

  it('reads the standard variables, those of traces first', () => {
    expect(
      readSettings({
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/',
        OTEL_EXPORTER_OTLP_HEADERS: 'a=1,b=2',
        OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'b=%203',
        OTEL_BSP_SCHEDULE_DELAY: '100',
      }).traces,
    ).toMatchObject({
      ...{ url: 'http://collector:4318/v1/traces', headers: { a: '1', b: ' 3' }, delayMs: 100 },
      ...{ protocol: 'http/protobuf', share: 1, timeoutMs: 10_000, service: 'wheelhouse' },
    });
    const own = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://tempo:4318/otlp' };
    expect(readSettings(own).traces?.url).toBe('http://tempo:4318/otlp');
  });

  it('says what to use instead of gRPC', () => {
    expect(() => readSettings({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toThrow(
      /OTEL_EXPORTER_OTLP_PROTOCOL|grpc is not supported: use http\/protobuf/,
    );
  });

  it('loads OpenTelemetry only where traces are on', async () => {
    const tree = await readTree(['src', 'commands', 'jobs', 'config']);
    const users = tree.filter(({ imports }) =>
      imports.some((target) => target.startsWith('@opentelemetry/')),
    );
    expect(users.length).toBeGreaterThan(0);
    for (const { path } of users) expect(path).toMatch(/^src\/telemetry\/tracing\//);
    const text = readFileSync('src/wiring/telemetry/index.ts', 'utf8');
    expect(text).toContain("await import('../../telemetry/tracing/index.ts')");
    for (const { path, imports } of tree)
      if (!path.startsWith('src/telemetry/tracing/') && path !== 'src/wiring/telemetry/index.ts')
        expect(imports.filter((target) => target.startsWith('src/telemetry/tracing'))).toEqual([]);
    expect(text).not.toMatch(/^import .*tracing/m);
  });
});
