import type { LoadedWorkspace } from '../../config/workspace.ts';
import { specIn } from '../core/model.ts';
import type { Bus } from '../core/ports/jobs.ts';
import type { Programs, RunFolders } from '../core/ports/programs.ts';
import type { Targets } from '../core/ports/targets.ts';
import type { TargetReach } from '../core/target-kind.ts';
import { openCluster } from '../kubernetes/cluster.ts';
import { targetKindOf } from '../release/targets/index.ts';
import { inherited } from '../training/environment.ts';

interface Parts {
  programs: Programs;
  runFolders: RunFolders;
  gateways: TargetReach['gateways'];
  quarantines: TargetReach['quarantines'];
  registered: TargetReach['registered'];
  uriOf: TargetReach['uriOf'];
  bus: Pick<Bus, 'publish'>;
  now(): Date;
  environment: Readonly<Record<string, string | undefined>>;
}

/** Reaches targets by the plug-in of their kind. */
export function createTargets({ bus, environment, ...parts }: Parts): Targets {
  const secret = (name: string) => environment[name];
  const cluster: TargetReach['cluster'] = (place, signal) =>
    openCluster(place, { environment: secret, programs: inherited(), signal });
  const reach = {
    ...{ ...parts, fetch, secret, cluster },
    nudge: (model: string) => bus.publish('deployments', model),
    restores: [],
  };
  return {
    follows: ({ kind }) => targetKindOf(kind).follows,
    placeOf: (target) => targetKindOf(target.kind).placeOf(target),
    apply: (target, wanted, { id, model, restores = [], signal }) =>
      targetKindOf(target.kind).apply(target, wanted, id, {
        ...{ ...reach, model, restores, signal },
      }),
    remove: (target, nothing, { id, model, signal }) =>
      targetKindOf(target.kind).remove(target, nothing, id, {
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
