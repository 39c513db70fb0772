import { hostname } from 'node:os';
import { inWords } from '../core/errors.ts';
import type { Part } from '../core/ports/health.ts';
import { type Container, openContainer } from './container.ts';
import { createLog, type Logger } from './log.ts';
import { readAll } from './startup.ts';
import { type OpenTelemetry, startTelemetry } from './telemetry/index.ts';
import { commonParts } from './telemetry/parts.ts';

export const VERSION = '0.1.0';
/** After its jobs had their time: for what is left to close. */
const LAST_MOMENT_MS = 6000;

export interface Running {
  /** What to tell whoever started it, besides that it is up. */
  ready: Record<string, string>;
  /** What of it can fail by itself, besides what every role is built on. */
  parts?: readonly Part[];
  stop(): Promise<void>;
}

export type Role = (container: Container) => Promise<Running>;

/**
 * Runs roles in this process until it is told to end, by a signal or by the end of whoever started
 * it. One JSON line on standard output says that it is up.
 */
export async function runRoles(names: readonly string[], roles: readonly Role[]): Promise<void> {
  const { settings, workspace } = await readAll(names);
  const log = createLog(names.join('+'), settings.logLevel);
  const about = { role: names.join('+'), version: VERSION };
  const open = await startTelemetry(settings, about, log);
  const { telemetry, address } = open;
  const { health } = telemetry;
  const as = { name: `${about.role} on ${hostname()}, process ${process.pid}`, version: VERSION };
  const container = await openContainer(settings, log, workspace, telemetry, as);
  // A gateway that is alone keeps answering with what it has loaded.
  const answersWithout = names.every((name) => name === 'serve');
  health.add(...commonParts({ ...container, home: settings.home }, answersWithout));
  const running: Running[] = [];
  for (const role of roles) {
    const one = await role(container);
    health.add(...(one.parts ?? []));
    running.push(one);
  }
  health.started();
  const metricsUrl = address === undefined ? {} : { metricsUrl: address };
  const ready = Object.assign(metricsUrl, ...running.map((one) => one.ready));
  process.stdout.write(`${JSON.stringify({ ready: true, role: names.join('+'), ...ready })}\n`);
  log.info(ready, 'ready');
  await told();
  setTimeout(() => process.exit(1), settings.drainMs + LAST_MOMENT_MS).unref();
  health.stopping();
  await close(running, container, open, log);
  process.exit(); // with the code of whoever ended it, 0 where all is well
}

async function close(
  running: Running[],
  container: Container,
  open: OpenTelemetry,
  log: Logger,
): Promise<void> {
  for (const one of running.reverse())
    await one.stop().catch((err: unknown) => log.warn({ err }, 'stopping'));
  await container.close().catch((err: unknown) => log.warn({ err }, `closing: ${inWords(err)}`));
  await open.close().catch((err: unknown) => log.warn({ err }, 'closing metrics'));
  log.info({}, 'stopped');
}

function told(): Promise<void> {
  return new Promise((done) => {
    for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const)
      process.once(event, () => done());
  });
}
