import type { Settings } from '../../../config/settings.ts';
import { digestOf } from '../../core/callers.ts';
import { PROCESS } from '../../telemetry/catalogue/process.ts';
import { openTelemetry } from '../../telemetry/server.ts';
import { Telemetry } from '../../telemetry/telemetry.ts';
import type { Logger } from '../log.ts';

/** Of the first role of a process: one machine can run one process for each role, and Prometheus finds them there. */
const FIRST_PORT = 4690;
const IN_ORDER = ['policy', 'serve', 'worker', 'monitor', 'bot'];

export interface OpenTelemetry {
  telemetry: Telemetry;
  /** `http://host:port`; undefined if it is switched off. */
  address: string | undefined;
  close(): Promise<void>;
}

/** Opens metrics and health of this process, before anything else: it is alive while it waits for its servers. */
export async function startTelemetry(
  { metrics, traces }: Pick<Settings, 'metrics' | 'traces'>,
  about: { role: string; version: string },
  log: Logger,
): Promise<OpenTelemetry> {
  const telemetry = new Telemetry((err) => log.warn({ err }, 'measuring'));
  // OpenTelemetry is 10 MB of memory and most of a second: loaded by those who ask for it.
  const tracing =
    traces &&
    (await import('../../telemetry/tracing/index.ts')).startTracing(traces, about, (err) =>
      log.warn({ err }, 'exporting traces'),
    );
  const { meters, health } = telemetry;
  const node = process.versions.node;
  meters.set(PROCESS.build, { ...about, node }, 1);
  telemetry.onLook(async () => {
    const { ready, parts } = await health.look();
    meters.set(PROCESS.ready, {}, Number(ready));
    meters.replace(
      PROCESS.up,
      parts.map(({ name, ok }) => [{ part: name }, Number(ok)]),
    );
  });
  const stop = async () => {
    telemetry.close();
    await tracing?.close();
  };
  if (metrics.port === 'off') return { telemetry, address: undefined, close: stop };
  meters.followNode();
  const { host, port, token } = metrics;
  const server = await openTelemetry({
    ...{ host, about, strict: port !== undefined },
    port: port ?? FIRST_PORT + Math.max(0, IN_ORDER.indexOf(about.role.split('+')[0] ?? '')),
    tokenDigest: token === undefined ? undefined : digestOf(token),
    ready: () => health.look(),
    metrics: () => telemetry.metrics(),
  });
  return {
    ...{ telemetry, address: server.address },
    async close() {
      await stop();
      await server.close();
    },
  };
}
