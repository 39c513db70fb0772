import type { EngineState, EngineUse } from '../../../core/engine.ts';
import { endOfShim } from '../remote.ts';
import type { Job } from './objects.ts';

/** Reasons of Ray for which a job would not start the next time either. */
const NEVER = [
  'RUNTIME_ENV_SETUP_FAILURE',
  'JOB_SUPERVISOR_ACTOR_START_TIMEOUT',
  'JOB_SUPERVISOR_ACTOR_UNSCHEDULABLE',
  'JOB_ENTRYPOINT_COMMAND_START_ERROR',
];
const SHOWN = 300;

/**
 * What a job says of the training. Pure.
 * @param seconds how long it ran, as far as it said so
 */
export function stateOf(job: Job, seconds: number | undefined): EngineState {
  const { status, driver_exit_code: code } = job;
  const use = useOf(job, seconds);
  switch (status) {
    case 'PENDING':
      return { status: 'queued', ...whyPending(job) };
    case 'RUNNING':
      return { status: 'running' };
    case 'STOPPED':
      return { status: 'stopped', why: 'cancelled', use };
    case 'SUCCEEDED':
      return endOfShim(0, use);
    case 'FAILED':
      if (NEVER.includes(job.error_type ?? '') || code === 126)
        return { status: 'failed', why: `Ray could not start it. ${wordsOf(job)}`, use };
      if (typeof code !== 'number')
        return { status: 'gone', why: `Ray lost it with its machine. ${wordsOf(job)}` };
      // The shim gives the end of the program as 128 and more, so this was the end of the shim.
      if (code < 0) return { status: 'gone', why: `It was killed (signal ${-code}).` };
      return endOfShim(code, use);
  }
}

/** What a job reserves, as it was submitted. */
const reservedIn = ({ metadata }: Job) => ({
  cpus: Number(metadata?.['wheelhouse_cpus'] ?? 0),
  gpus: Number(metadata?.['wheelhouse_gpus'] ?? 0),
});

function useOf(job: Job, seconds: number | undefined): EngineUse {
  const { cpus, gpus } = reservedIn(job);
  const ran = seconds ?? Math.max(0, (job.end_time ?? 0) - (job.start_time ?? 0)) / 1000;
  return {
    seconds: ran,
    ...(cpus > 0 && { cpuSeconds: ran * cpus }),
    ...(gpus > 0 && { gpuSeconds: ran * gpus }),
  };
}

function whyPending({ message }: Job): { why?: string } {
  const why = message?.replace(/^Job has not started yet\.\s*/, '').replace(/\.$/, '');
  return why ? { why: why.slice(0, SHOWN) } : {};
}

/** The end of what it says: before it come the calls that led there. */
function wordsOf({ message, error_type: type }: Job): string {
  const lines = (message ?? '').trim().split('\n');
  return (lines.at(-1) || type || 'It does not say why.').slice(-SHOWN);
}
