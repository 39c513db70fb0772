import type { LoadedWorkspace } from '../../../config/workspace.ts';
import { lookForData } from '../../../jobs/declared/index.ts';
import { systemClock } from '../../core/clock.ts';
import type { DataHooks } from '../../core/ports/hook-calls.ts';
import { createDataHooks } from '../../data/receive.ts';
import { hookSettings } from '../../data/sources/hook/index.ts';
import { sourceKindOf } from '../../data/sources/index.ts';
import type { Container } from '../container.ts';

/** Takes signed calls with new data, and lets a worker look at once. */
export function dataHooksOf({
  workspace,
  settings,
  registry,
  queue,
  log,
}: Pick<Container, 'workspace' | 'settings' | 'registry' | 'queue' | 'log'>): DataHooks {
  const { environment } = settings;
  for (const variable of hookVariables(workspace))
    if (environment[variable] === undefined)
      log.warn({ variable }, 'a data hook needs a secret that is not set: docs/data.md');
  return createDataHooks({
    models: workspace.models,
    calls: registry.hookCalls,
    now: () => systemClock.now(),
    secret: (variable) => environment[variable],
    lookNow: (model, source, call) =>
      queue.jobs
        .enqueue(lookForData, { model, source, look: `hook-${call}` })
        // It is stored: the next look by the schedule finds it.
        .catch((err: unknown) => log.warn({ err, model, source }, 'looking at what was posted')),
  });
}

/** The environment variables with the secrets of all data hooks. */
export function hookVariables({ models }: Pick<LoadedWorkspace, 'models'>): string[] {
  const sources = models.list().flatMap(({ data = [] }) => data);
  return sources
    .filter(({ kind }) => kind === 'hook')
    .map(({ settings }) => hookSettings(settings).secret_env);
}

/** The environment variables with the secrets by which workers look at sources. */
export const sourceVariables = ({ models }: Pick<LoadedWorkspace, 'models'>): string[] =>
  models
    .list()
    .flatMap(({ data = [] }) => data)
    .flatMap((source) => sourceKindOf(source.kind).variables(source));
