import type { Log } from '../core/log.ts';
import type { Dispatch, Platform } from '../core/platform.ts';
import type { CommandShape } from '../core/shape.ts';
import type { Hooks } from '../platforms/http/hooks.ts';
import { adapterKinds, type ClosedAdapter, type PlatformKind } from '../platforms/index.ts';
import type { Container } from './container.ts';

/** What a person's own page consists of, if the platform has one. */
const HOME = ['approvals', 'runs --mine --limit 5', 'status', 'alerts'];

/**
 * Configured external adapters. Incomplete settings are an error; a disabled platform is a line in the log.
 */
export function readAdapters(
  environment: Record<string, string | undefined>,
  log: Log,
): ClosedAdapter[] {
  return adapterKinds.flatMap((kind: PlatformKind) => {
    const adapter = kind.read(environment);
    if (!adapter)
      log.info({ platform: kind.name }, `the ${kind.name} adapter is disabled: not configured`);
    return adapter ? [adapter] : [];
  });
}

export function openAdapters(
  closed: readonly ClosedAdapter[],
  { artifacts, log, workspace }: Pick<Container, 'artifacts' | 'log' | 'workspace'>,
  commands: readonly CommandShape[],
  hooks: Hooks,
  fatal: (error: Error) => void,
): Platform[] {
  const { endpointFor } = workspace;
  const parts = { artifacts, commands, home: HOME, log, hooks, endpointFor, fatal };
  return closed.map((adapter) => adapter.open(parts));
}

/** Opens them one after another; if one cannot open, the earlier ones are closed again. */
export async function startAdapters(
  adapters: readonly Platform[],
  dispatch: Dispatch,
): Promise<void> {
  const open: Platform[] = [];
  try {
    for (const adapter of adapters) {
      await adapter.start(dispatch);
      open.push(adapter);
    }
  } catch (error) {
    await stopAdapters(open);
    throw error;
  }
}

export async function stopAdapters(adapters: readonly Platform[]): Promise<void> {
  await Promise.allSettled(adapters.map((adapter) => adapter.stop()));
}
