import type { LoadedWorkspace } from '../../config/workspace.ts';
import { specIn } from '../core/model.ts';
import type { Programs, RunFolders } from '../core/ports/programs.ts';
import type { Targets } from '../core/ports/targets.ts';
import { targetKindOf } from '../release/targets/index.ts';

interface Parts {
  programs: Programs;
  runFolders: RunFolders;
  now(): Date;
  environment: Readonly<Record<string, string | undefined>>;
}

/** Reaches targets by the plug-in of their kind. */
export function createTargets({ programs, runFolders, now, environment }: Parts): Targets {
  const reach = { programs, runFolders, now, fetch, secret: (name: string) => environment[name] };
  return {
    apply: (target, wanted, { id, model, signal }) =>
      targetKindOf(target.kind).apply(target, wanted, id, {
        ...{ ...reach, model, signal },
      }),
    observe: (target, endpoint, { model, signal }) =>
      targetKindOf(target.kind).observe(target, endpoint, {
        ...{ ...reach, model, signal },
      }),
  };
}

/** The environment variables with the secrets of all targets. */
export function targetVariables({
  models,
  environments,
}: Pick<LoadedWorkspace, 'models' | 'environments'>): string[] {
  const all = models
    .list()
    .flatMap((spec) =>
      environments.list().flatMap((environment) => specIn(spec, environment).targets ?? []),
    );
  return [...new Set(all.flatMap((target) => targetKindOf(target.kind).variables(target)))];
}
