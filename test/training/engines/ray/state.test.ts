import { describe, expect, it } from 'vitest';
import type { Job } from '../../../../src/training/engines/ray/objects.ts';
import { stateOf } from '../../../../src/training/engines/ray/state.ts';

const job = (status: Job['status'], rest: Partial<Job> = {}): Job => ({
  ...{ status, start_time: 1000, end_time: 61_000, ...rest },
  metadata: { wheelhouse_cpus: '2', wheelhouse_gpus: '0.5' },
});
const failed = (rest: Partial<Job>) => stateOf(job('FAILED', rest), 10);

describe('engines/ray: state', () => {
  it('says what a job waits for', () => {
    const message = 'Job has not started yet. It may be waiting for resources.';
    expect(stateOf(job('PENDING', { message }), undefined)).toEqual({
      ...{ status: 'queued', why: 'It may be waiting for resources' },
    });
    expect(stateOf(job('PENDING', { message: null }), undefined)).toEqual({ status: 'queued' });
    expect(stateOf(job('RUNNING'), undefined)).toEqual({ status: 'running' });
  });

  it('counts what was reserved while it ran, not while it waited', () => {
    expect(stateOf(job('SUCCEEDED', { driver_exit_code: 0 }), 10)).toEqual({
      ...{ status: 'ended', code: 0, use: { seconds: 10, cpuSeconds: 20, gpuSeconds: 5 } },
    });
    expect(stateOf({ ...job('SUCCEEDED'), metadata: null }, undefined)).toEqual({
      ...{ status: 'ended', code: 0, use: { seconds: 60 } },
    });
  });

  it('tells a program that failed from one that is late, lost, killed, stopped or cannot start', () => {
    expect(failed({ driver_exit_code: 3 })).toMatchObject({ status: 'ended', code: 3 });
    expect(failed({ driver_exit_code: 137 })).toMatchObject({ status: 'ended', code: 137 });
    expect(failed({ driver_exit_code: 254 })).toMatchObject({ status: 'stopped', why: 'late' });
    expect(failed({ driver_exit_code: 253 })).toMatchObject({ status: 'gone' });
    expect(failed({ driver_exit_code: -9 })).toMatchObject({
      ...{ status: 'gone', why: 'It was killed (signal 9).' },
    });
    expect(stateOf(job('STOPPED'), 10)).toMatchObject({ status: 'stopped', why: 'cancelled' });
    expect(
      failed({ error_type: 'JOB_SUPERVISOR_ACTOR_DIED', message: 'a\nb\nThe node is dead.\n' }),
    ).toEqual({ status: 'gone', why: 'Ray lost it with its machine. The node is dead.' });
    expect(failed({ driver_exit_code: null })).toMatchObject({
      ...{ status: 'gone', why: 'Ray lost it with its machine. It does not say why.' },
    });
    for (const error_type of [
      'RUNTIME_ENV_SETUP_FAILURE',
      'JOB_SUPERVISOR_ACTOR_START_TIMEOUT',
      'JOB_SUPERVISOR_ACTOR_UNSCHEDULABLE',
    ])
      expect(failed({ error_type, message: 'not enough disk' })).toMatchObject({
        ...{ status: 'failed', why: 'Ray could not start it. not enough disk' },
      });
  });
});
