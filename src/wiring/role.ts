import { inWords } from '../core/errors.ts';
import { type Container, openContainer } from './container.ts';
import { createLog, type Logger } from './log.ts';
import { readAll } from './startup.ts';

export const VERSION = '0.1.0';
const LAST_MOMENT_MS = 9000;

export interface Running {
  /** What to tell whoever started it, besides that it is up. */
  ready: Record<string, string>;
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
  const container = await openContainer(settings, log, workspace);
  const running: Running[] = [];
  for (const role of roles) running.push(await role(container));
  const ready = Object.assign({}, ...running.map((one) => one.ready));
  process.stdout.write(`${JSON.stringify({ ready: true, role: names.join('+'), ...ready })}\n`);
  log.info(ready, 'ready');
  await told();
  setTimeout(() => process.exit(1), LAST_MOMENT_MS).unref();
  await close(running, container, log);
  process.exit(); // with the code of whoever ended it, 0 where all is well
}

async function close(running: Running[], container: Container, log: Logger): Promise<void> {
  for (const one of running.reverse())
    await one.stop().catch((err: unknown) => log.warn({ err }, 'stopping'));
  await container.close().catch((err: unknown) => log.warn({ err }, `closing: ${inWords(err)}`));
  log.info({}, 'stopped');
}

function told(): Promise<void> {
  return new Promise((done) => {
    for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const)
      process.once(event, () => done());
  });
}
