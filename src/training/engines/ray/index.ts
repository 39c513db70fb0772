import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { defineEngine } from '../../../core/define-engine.ts';
import type { EngineOrder } from '../../../core/engine.ts';
import { Unreachable } from '../../../core/errors.ts';
import { numberIn } from '../quantity.ts';
import { RAN, requireSigned, shim, shimOrder } from '../remote.ts';
import { type Api, openApi } from './api.ts';
import { isOfRay, linesAfter, nextOf, placeOf, restAfter } from './log.ts';
import { isOver, type Job } from './objects.ts';
import { packageOf } from './package.ts';
import { type JobSettings, job, settings } from './settings.ts';
import { stateOf } from './state.ts';

const Handle = z.object({ id: z.string() });

/** Ray kills what has not ended three seconds after it was told to, so the shim must be done with it by then. */
const GRACE_MS = 1500;
/** Longer than Ray gives a job to end. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 250;
/**
 * Ray looks at each job every second. One that is removed between its end and the next look is written back as failed, and
 * is listed for good.
 */
const SETTLED_MS = 3000;

/** A job of a Ray cluster for each training. */
export const ray = defineEngine({
  name: 'ray',
  summary: 'A job of a Ray cluster',
  isRemote: true,
  pollMs: 2000,
  settings,
  job,
  handle: Handle,
  variables: ({ token_env }) => (token_env === undefined ? [] : [token_env]),

  async start({ name, settings: own }, order, reach) {
    const signed = requireSigned(reach.signed, name);
    const api = openApi(own, reach);
    const { id } = order;
    const place = {
      folder: order.job.folder ?? '.',
      ...{ startMs: own.start_minutes * 60_000, graceMs: GRACE_MS, saysTime: true },
    };
    const [words, program] = await Promise.all([shimOrder(order, place, signed), shim()]);
    const workspace = order.job.folder === undefined ? await sent(order.folder, api) : {};
    await api.submit(id, {
      entrypoint: 'exec python3 -c "$WHEELHOUSE_SHIM"',
      runtime_env: {
        ...workspace,
        env_vars: { WHEELHOUSE_SHIM: program, WHEELHOUSE_ORDER: words },
      },
      ...wanted(order),
    });
    return { id };
  },

  async adopt({ settings: own }, { id }, reach) {
    return (await openApi(own, reach).job(id)) && { id };
  },

  async resume({ settings: own }, { id }, reach) {
    const api = openApi(own, reach);
    const found = await api.job(id);
    if (!found)
      return {
        status: 'gone',
        why: `Ray does not know the job ${id} any more: its head was restarted, or somebody deleted it.`,
      };
    const waits = Date.now() - (found.start_time ?? Date.now());
    if (found.status === 'PENDING' && waits > own.start_minutes * 60_000) {
      await api.stop(id);
      const why = `Ray did not start it within ${own.start_minutes} minutes, so it was stopped.`;
      return { status: 'failed', why };
    }
    return stateOf(found, isOver(found) ? await secondsOf(id, api) : undefined);
  },

  async cancel({ settings: own }, { id }, reach) {
    const api = openApi(own, reach);
    const until = performance.now() + PATIENCE_MS;
    let before: Job['status'] | undefined;
    for (;;) {
      const found = await api.job(id);
      if (!found || isOver(found)) return;
      if (found.status !== before) await api.stop(id);
      // Nothing runs, and Ray ends it as soon as its turn comes; it cannot be taken out of Ray's queue before.
      if (found.status === 'PENDING' && before === 'PENDING') return;
      before = found.status;
      if (performance.now() > until)
        throw new Unreachable(
          `Ending ${id}: Ray does not stop it, perhaps because its node is gone.`,
        );
      await delay(LOOK_MS);
    }
  },

  async *logs({ settings: own }, { id }, from, reach) {
    const api = openApi(own, reach);
    const { byte, restsUntil } = placeOf(from);
    if (Date.now() < restsUntil) {
      const found = await api.job(id);
      if (found && !isOver(found)) return;
    }
    const began = Date.now();
    const body = await logOf(id, api);
    if (!body) return;
    let at = byte;
    for await (const { text, next } of linesAfter(body, byte)) {
      at = next;
      const isOurs = !isOfRay(text, id) && !RAN.test(text);
      yield { ...(isOurs && { text }), next: nextOf({ byte: at, restsUntil: 0 }) };
    }
    const took = Date.now() - began;
    if (at > byte) yield { next: nextOf({ byte: at, restsUntil: restAfter(took, Date.now()) }) };
  },

  /** Its log and what it made are here: its addresses need not be shown any longer. */
  async forget({ settings: own }, { id }, reach) {
    const api = openApi(own, reach);
    const found = await api.job(id);
    if (!found) return;
    if (isOver(found)) await delay(untilSettled(found, Date.now()));
    await api.remove(id);
  },

  async look({ settings: own }, reach) {
    return `Ray ${await openApi(own, reach).version()} at ${own.url} answers`;
  },
});

/** Milliseconds. The clocks of Ray and of this machine may differ. */
const untilSettled = ({ end_time: ended }: Job, now: number): number =>
  Math.min(SETTLED_MS, Math.max(0, (ended ?? now) + SETTLED_MS - now));

/** What it reserves. Ray shows in a job what it was given as metadata, and nothing else of it. */
function wanted({ request, job: wish }: EngineOrder & { job: JobSettings }) {
  const { cpu, memory, gpus = 0, resources } = wish;
  const cpus = cpu === undefined ? 0 : numberIn(cpu);
  return {
    ...(cpus > 0 && { entrypoint_num_cpus: cpus }),
    ...(gpus > 0 && { entrypoint_num_gpus: gpus }),
    ...(memory !== undefined && { entrypoint_memory: Math.ceil(numberIn(memory)) }),
    ...(resources && { entrypoint_resources: resources }),
    metadata: {
      ...{ wheelhouse_run: request.run, wheelhouse_model: request.model },
      ...{ wheelhouse_cpus: String(cpus), wheelhouse_gpus: String(gpus) },
    },
  };
}

async function sent(folder: string, api: Api): Promise<{ working_dir: string }> {
  const { name, bytes } = await packageOf(folder);
  if (!(await api.hasPackage(name))) await api.putPackage(name, bytes);
  return { working_dir: `gcs://${name}` };
}

/** Undefined if it is gone with the job or with its machine. */
async function logOf(id: string, api: Api) {
  try {
    return await api.logs(id);
  } catch (error) {
    const found = await api.job(id);
    if (found && stateOf(found, undefined).status === 'gone') return undefined;
    throw error;
  }
}

async function secondsOf(id: string, api: Api): Promise<number | undefined> {
  const body = await api.logs(id).catch(() => undefined);
  let seconds: number | undefined;
  if (body)
    for await (const { text } of linesAfter(body, 0)) {
      const [, ran] = RAN.exec(text) ?? [];
      if (ran !== undefined) seconds = Number(ran);
    }
  return seconds;
}
