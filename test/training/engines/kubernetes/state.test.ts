import { describe, expect, it } from 'vitest';
import type { Job, Pod } from '../../../../src/training/engines/kubernetes/objects.ts';
import { job } from '../../../../src/training/engines/kubernetes/settings.ts';
import { stateOf } from '../../../../src/training/engines/kubernetes/state.ts';

const RESERVED = { cpus: 2, gpus: 1 };
const NONE = { cpus: 0, gpus: 0 };
const jobWith = (type?: string, reason?: string, suspend?: boolean): Job => ({
  metadata: { name: 'run-1', uid: 'u' },
  spec: { ...(suspend !== undefined && { suspend }) },
  status: {
    startTime: '2026-11-30T12:00:00Z',
    conditions: type === undefined ? [] : [{ type, status: 'True', ...(reason && { reason }) }],
  },
});
const pod = (status: Pod['status'], deletionTimestamp?: string): Pod => ({
  metadata: { name: 'run-1-x', ...(deletionTimestamp && { deletionTimestamp }) },
  status,
});
const ended = (exitCode: number, reason?: string): Pod['status'] => ({
  phase: exitCode === 0 ? 'Succeeded' : 'Failed',
  containerStatuses: [
    {
      state: {
        terminated: {
          ...{ exitCode, startedAt: '2026-11-30T12:00:10Z', finishedAt: '2026-11-30T12:00:40Z' },
          ...(reason && { reason }),
        },
      },
    },
  ],
});

describe('engines/kubernetes: state', () => {
  it('says what a job waits for', () => {
    expect(stateOf(jobWith(), [], NONE)).toEqual({ status: 'queued' });
    expect(stateOf(jobWith(undefined, undefined, true), [], NONE)).toEqual({
      ...{ status: 'queued', why: 'the job is suspended' },
    });
    const message = '0/3 nodes are available: 3 Insufficient nvidia.com/gpu.';
    const conditions = [{ type: 'PodScheduled', status: 'False', message }];
    expect(stateOf(jobWith(), [pod({ phase: 'Pending', conditions })], NONE)).toEqual({
      ...{ status: 'queued', why: message },
    });
    const waiting = { reason: 'ImagePullBackOff' };
    const containerStatuses = [{ state: { waiting } }];
    expect(stateOf(jobWith(), [pod({ phase: 'Pending', containerStatuses })], NONE)).toEqual({
      ...{ status: 'queued', why: 'ImagePullBackOff' },
    });
  });

  it('counts what the run reserved, from start to end', () => {
    expect(stateOf(jobWith('Complete'), [pod(ended(0))], RESERVED)).toEqual({
      ...{ status: 'ended', code: 0, use: { seconds: 30, cpuSeconds: 60, gpuSeconds: 30 } },
    });
    expect(stateOf(jobWith('Failed'), [pod(ended(3))], NONE)).toEqual({
      ...{ status: 'ended', code: 3, use: { seconds: 30 } },
    });
  });

  it('tells a program that failed from one without memory, time, machine or rows', () => {
    const failed = (code: number, reason?: string) =>
      stateOf(jobWith('Failed'), [pod(ended(code, reason))], NONE);
    expect(failed(1, 'OOMKilled')).toMatchObject({ status: 'ended', code: 137 });
    expect(failed(254)).toMatchObject({ status: 'stopped', why: 'late' });
    expect(failed(253)).toMatchObject({ status: 'gone' });
    expect(stateOf(jobWith('Failed', 'DeadlineExceeded'), [], NONE)).toMatchObject({
      ...{ status: 'stopped', why: 'late' },
    });
    expect(stateOf(jobWith('Failed'), [], NONE)).toMatchObject({ status: 'gone' });
    const deleted = pod({ phase: 'Failed' }, '2026-11-30T12:00:00Z');
    expect(stateOf(jobWith('Failed'), [deleted], NONE)).toMatchObject({ status: 'gone' });
  });

  it('is running until the cluster says that the job is over, whatever its pod says', () => {
    expect(stateOf(jobWith(), [pod(ended(0))], NONE)).toEqual({ status: 'running' });
  });

  it.each(['2 cores', '-1', '1e3', '4gi', ''])('refuses the quantity "%s"', (cpu) => {
    expect(job.safeParse({ cpu }).success).toBe(false);
  });
});
