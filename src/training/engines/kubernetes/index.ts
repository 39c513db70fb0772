import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { defineEngine } from '../../../core/define-engine.ts';
import type { EngineState } from '../../../core/engine.ts';
import { Unreachable } from '../../../core/errors.ts';
import { numberIn } from '../quantity.ts';
import { requireSigned, shim, shimOrder } from '../remote.ts';
import { type Api, openApi } from './api.ts';
import { linesAfter, sinceOf } from './log.ts';
import { folderOf, jobOf } from './manifest.ts';
import { job, settings } from './settings.ts';
import { stateOf } from './state.ts';

const Handle = z.object({
  namespace: z.string(),
  name: z.string(),
  /** Another job of that name is not this one. */
  uid: z.string(),
  cpus: z.number(),
  gpus: z.number(),
});

/** Longer than a pod is given to end. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 500;

/** A Job for each training. */
export const kubernetes = defineEngine({
  name: 'kubernetes',
  summary: 'A Job in a Kubernetes cluster',
  isRemote: true,
  pollMs: 2000,
  settings,
  job,
  handle: Handle,

  async start({ name, settings: own }, order, reach) {
    const signed = requireSigned(reach.signed, name);
    const api = await openApi(own, reach);
    const startMs = own.start_minutes * 60_000;
    const where = { folder: folderOf(order.job), startMs, graceMs: 5000, saysTime: false };
    const words = { shim: await shim(), order: await shimOrder(order, where, signed) };
    await api.createJob(jobOf(order, own, words));
    const { cpu, gpus = 0 } = order.job;
    const handle = await handleOf(api, order.id);
    if (handle) return { ...handle, cpus: cpu === undefined ? 0 : numberIn(cpu), gpus };
    throw new Unreachable(`Starting ${order.id}: its job was deleted at once.`);
  },

  async adopt({ settings: own }, { id }, reach) {
    const handle = await handleOf(await openApi(own, reach), id);
    return handle && { ...handle, cpus: 0, gpus: 0 };
  },

  async resume({ settings: own }, { namespace, name, uid, ...reserved }, reach) {
    const api = await openApi({ ...own, namespace }, reach);
    const [found, pods] = await Promise.all([api.job(name), api.pods(name)]);
    if (found?.metadata.uid !== uid)
      return { status: 'gone', why: `The job ${name} was deleted from the cluster.` };
    return stateOf(found, pods, reserved);
  },

  async cancel({ settings: own }, { namespace, name, uid, ...reserved }, reach) {
    const api = await openApi({ ...own, namespace }, reach);
    const [found, pods] = await Promise.all([api.job(name), api.pods(name)]);
    const isThis = found?.metadata.uid === uid;
    // One that is over stays, as below.
    if (isThis && isOn(stateOf(found, pods, reserved))) await api.deleteJob(name);
    const until = performance.now() + PATIENCE_MS;
    while ((await api.pods(name)).some(({ status }) => !isOver(status?.phase))) {
      if (performance.now() > until)
        throw new Unreachable(
          `Ending ${name}: its pod does not end, perhaps because its node is gone.`,
        );
      await delay(LOOK_MS);
    }
  },

  async *logs({ settings: own }, { namespace, name }, from, reach) {
    const api = await openApi({ ...own, namespace }, reach);
    const pod = (await api.pods(name)).at(-1);
    const body = pod && (await api.log(pod.metadata.name, sinceOf(from)));
    if (body) yield* linesAfter(body, from);
  },

  // The cluster removes it after keep_hours, so that people can look at it.
  forget: async () => undefined,

  async look({ settings: own }, reach) {
    const api = await openApi(own, reach);
    await api.pods('none');
    return `pods of the namespace ${api.namespace} can be listed`;
  },
});

const isOn = ({ status }: EngineState): boolean => status === 'queued' || status === 'running';
const isOver = (phase: string | undefined): boolean => phase === 'Succeeded' || phase === 'Failed';

async function handleOf(api: Api, name: string) {
  const found = await api.job(name);
  return found && { namespace: api.namespace, name, uid: found.metadata.uid };
}
