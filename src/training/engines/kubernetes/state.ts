import type { EngineState, EngineUse } from '../../../core/engine.ts';
import { endOfShim } from '../remote.ts';
import type { Job, Pod } from './objects.ts';

/** Of a job, what it reserves. */
export interface Reserved {
  cpus: number;
  gpus: number;
}

const KILLED = 137;

/** What a job and its pods, the newest last, say of the training. Pure. */
export function stateOf(job: Job, pods: readonly Pod[], reserved: Reserved): EngineState {
  const is = (type: string) =>
    job.status?.conditions?.find((one) => one.type === type && one.status === 'True');
  const pod = pods.at(-1);
  const use = useOf(job, pod, reserved);
  const failed = is('Failed');
  if (failed?.reason === 'DeadlineExceeded') return { status: 'stopped', why: 'late', use };
  const terminated = pod?.status?.containerStatuses?.[0]?.state?.terminated;
  if (is('Complete')) return endOfShim(0, use);
  if (failed) {
    // Without the exit code of the shim, the pod was deleted, or its node was.
    if (!terminated || pod?.metadata.deletionTimestamp !== undefined)
      return { status: 'gone', why: 'Its pod was deleted, or its node is gone.' };
    return endOfShim(terminated.reason === 'OOMKilled' ? KILLED : terminated.exitCode, use);
  }
  if (job.spec.suspend) return { status: 'queued', why: 'the job is suspended' };
  if (!pod) return { status: 'queued' };
  if (pod.status?.phase === 'Pending') return { status: 'queued', ...whyPending(pod) };
  return { status: 'running' };
}

function whyPending({ status }: Pod): { why?: string } {
  const unscheduled = status?.conditions?.find(
    ({ type, status: is }) => type === 'PodScheduled' && is === 'False',
  );
  const waiting = status?.containerStatuses?.[0]?.state?.waiting;
  const why = unscheduled?.message ?? waiting?.message ?? waiting?.reason;
  return why === undefined ? {} : { why: why.slice(0, 200) };
}

function useOf(job: Job, pod: Pod | undefined, { cpus, gpus }: Reserved): EngineUse {
  const terminated = pod?.status?.containerStatuses?.[0]?.state?.terminated;
  const from = terminated?.startedAt ?? job.status?.startTime;
  const to = terminated?.finishedAt ?? job.status?.completionTime;
  const ms = from && to ? Date.parse(to) - Date.parse(from) : 0;
  // Their times have no fractions of a second.
  const seconds = Math.max(1, ms / 1000);
  return {
    seconds,
    ...(cpus > 0 && { cpuSeconds: seconds * cpus }),
    ...(gpus > 0 && { gpuSeconds: seconds * gpus }),
  };
}
