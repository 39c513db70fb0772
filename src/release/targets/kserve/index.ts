import type { z } from 'zod';
import { defineTarget } from '../../../core/define-target.ts';
import type { Endpoint } from '../../../core/endpoint.ts';
import { Refused, Unreachable } from '../../../core/errors.ts';
import type { Cluster } from '../../../core/ports/cluster.ts';
import { type ObservedState, type TargetSpec, targetDifferences } from '../../../core/target.ts';
import { NotYet } from '../../../core/target-errors.ts';
import type { TargetReach } from '../../../core/target-kind.ts';
import { changedAt, serviceIn } from './api.ts';
import { asWanted, goalOf, isSamePlan, lastPlan, splitRefused } from './goal.ts';
import { look } from './look.ts';
import { labelsOf, serviceFor, TARGET } from './manifest.ts';
import type { InferenceService } from './objects.ts';
import type { Plan } from './served.ts';
import { SERVICE, type Settings, settings } from './settings.ts';

type Of = Pick<TargetSpec, 'name' | 'timeoutMs'> & { settings: z.output<typeof settings> };

const NOTHING: ObservedState = { stable: null, challenger: null };

/** An InferenceService of KServe, with its canary in the dialect of its mode. */
export const kserve = defineTarget({
  name: 'kserve',
  summary: 'An InferenceService of KServe',
  settings,

  // It has no `placeOf`: another kubeconfig may lead to the same cluster, where the former place is still in use.

  apply: (target, wanted, _id, reach) =>
    within(target, wanted, 'Applying', reach, async ({ name, doing, cluster, service }) => {
      if (!wanted.stable) throw new Error('nothing to serve is removed, not applied');
      const found = await service.get();
      if (found) requireOurs(found, wanted, doing);
      const shown = found ? await look(target.settings, name, found, cluster, doing) : undefined;
      const goal = goalOf(wanted, wanted.stable, shown?.known ?? [], doing);
      const uriOf = (artifact: string) => uriFor(artifact, target.settings, doing, reach);
      const put = (plan: Plan) => {
        // A plan names versions of the goal, or one that is served as ours.
        if (!plan.predictor) throw new Error('a plan without a predictor');
        const of = { ...wanted, name, namespace: cluster.namespace, target: target.name };
        const resourceVersion = found?.metadata.resourceVersion;
        const told = { ...plan, predictor: plan.predictor };
        return service.apply(serviceFor({ ...of, resourceVersion }, told, target.settings, uriOf));
      };

      const plan = shown ? shown.next(goal) : { predictor: goal.stable };
      await put(plan);
      const isTold = shown !== undefined && isSamePlan(plan, shown.plan);
      const missing = shown ? targetDifferences(asWanted(wanted), shown.state) : [];
      const isLast = isSamePlan(plan, lastPlan(goal, target.settings));
      if (isTold && isLast && missing.length === 0) return;

      const why = shown?.why === undefined ? '' : ` ${shown.why}.`;
      const since = found && isTold ? changedAt(found) : undefined;
      const seconds = since ? (reach.now().getTime() - since.getTime()) / 1000 : 0;
      const { ready_seconds: limit } = target.settings;
      if (seconds < limit) throw new NotYet(`${doing}: it does not show yet.${why}`);
      const isStable = missing.every(({ what }) => what === 'challenger' || what === 'weight');
      if (!goal.challenger || !isStable)
        throw new Unreachable(`${doing}: it does not show after ${limit} seconds.${why}`);
      if (shown) await put(shown.next({ ...goal, challenger: undefined }));
      throw splitRefused(goal.challenger, { doing, limit, shown });
    }),

  remove: (target, nothing, _id, reach) =>
    within(target, nothing, 'Removing', reach, async ({ doing, service }) => {
      const found = await service.get();
      if (!found) return;
      requireOurs(found, nothing, doing);
      // Under another name, the target goes on: what it took over stays.
      if (found.metadata.labels?.[TARGET] !== target.name) return;
      await service.remove(found.metadata.uid);
    }),

  observe: (target, endpoint, reach) =>
    within(target, endpoint, 'Observing', reach, async ({ name, doing, cluster, service }) => {
      const found = await service.get();
      if (!found) return NOTHING;
      return (await look(target.settings, name, found, cluster, doing)).state;
    }),
});

/** Opens the cluster, with one time for all requests. */
async function within<T>(
  { name: target, timeoutMs, settings: own }: Of,
  { model, environment }: Endpoint,
  act: 'Applying' | 'Removing' | 'Observing',
  reach: TargetReach,
  work: (at: Opened) => Promise<T>,
): Promise<T> {
  const at = { Applying: 'to', Removing: 'from', Observing: 'at' }[act];
  const doing = `${act} ${model} in ${environment} ${at} the target ${target}`;
  const name = own.service ?? `${model}-${environment}`.replaceAll('_', '-');
  if (!SERVICE.test(name))
    throw new Refused(`${doing}: "${name}" cannot name an InferenceService, so nothing was done.`, {
      next: 'Set service of the target: up to 40 lower case letters, digits and -.',
    });
  const late = AbortSignal.timeout(timeoutMs);
  try {
    const cluster = await reach.cluster(own, AbortSignal.any([reach.signal, late]));
    return await work({ name, doing, cluster, service: serviceIn(cluster, name, doing) });
  } catch (cause) {
    if (!late.aborted || reach.signal.aborted || cause !== late.reason) throw cause;
    throw new Unreachable(`${doing}: the cluster does not answer (its time is over).`, { cause });
  }
}
interface Opened {
  name: string;
  doing: string;
  cluster: Cluster;
  service: ReturnType<typeof serviceIn>;
}

/** Two endpoints would overwrite each other, and what somebody else made is not ours to change or delete. */
function requireOurs({ metadata }: InferenceService, of: Endpoint, doing: string): void {
  const labels = metadata.labels ?? {};
  if (metadata.deletionTimestamp !== undefined && doing.startsWith('Applying'))
    throw new NotYet(`${doing}: the InferenceService is being deleted.`);
  const wrong = Object.entries(labelsOf(of)).find(([name, value]) => labels[name] !== value);
  if (!wrong) return;
  const [name] = wrong;
  const has = labels[name] === undefined ? 'no' : `"${labels[name]}" as`;
  throw new Refused(
    `${doing}: the InferenceService has ${has} label ${name}, so it is not of this endpoint. Nothing was changed.`,
    { next: 'Set another service or namespace of the target, or delete the InferenceService.' },
  );
}

function uriFor(
  artifact: string,
  { storage_uri: template }: Settings,
  doing: string,
  { uriOf }: TargetReach,
): string {
  if (template !== undefined)
    return template.replaceAll('{artifact}', artifact).replaceAll('{prefix}', artifact.slice(0, 2));
  const uri = uriOf(artifact);
  if (uri !== undefined) return uri;
  throw new Refused(
    `${doing}: the object store has no address that KServe can read, so nothing was sent.`,
    {
      next: 'Set objects to kind: s3, or storage_uri of the target.',
    },
  );
}
