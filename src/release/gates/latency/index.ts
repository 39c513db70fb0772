import { z } from 'zod';
import { defineGate } from '../../../core/define-gate.ts';
import { beside, count } from '../words.ts';

/** One row is answered fast enough: the 99th percentile, measured on the worker that judges. */
export const latency = defineGate({
  name: 'latency',
  summary: 'one row is answered fast enough, measured on a worker',
  key: 'max_latency_ms',
  form: '{max_latency_ms}',
  settings: z.object({ max_latency_ms: z.number().positive() }),
  judge({ max_latency_ms: most }, { latency: measured }) {
    const base = { name: 'latency', limit: `p99 of at most ${most} ms` };
    if (!measured || measured.rows === 0) {
      const words = 'The time of one row was not measured.';
      const change = 'Request the promotion again.';
      return { ...base, status: 'failed', value: 'not measured', words, change };
    }
    const { p50, p99, rows } = measured;
    const value = `p99 ${beside(p99, most)} ms`;
    const words = `The slowest 1% of ${count(rows)} single rows took ${beside(p99, most)} ms or more (median ${beside(p50, most)} ms); at most ${most} ms are allowed.`;
    if (p99 <= most) return { ...base, status: 'passed', value, words };
    const change = `It would pass ${beside(p99 - most, 0)} ms faster. If the worker was busy with something else, request again.`;
    return { ...base, status: 'failed', value, words, change };
  },
});
