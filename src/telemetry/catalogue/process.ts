import { counter, gauge } from './define.ts';

/** Of the process itself. Those of Node and the system are prom-client's own: see `OF_NODE`. */
export const PROCESS = {
  build: gauge({
    name: 'wheelhouse_build_info',
    help: 'Always 1; the labels say what runs',
    by: 'every role',
    labels: ['version', 'role', 'node'],
  }),
  up: gauge({
    name: 'wheelhouse_part_up',
    help: 'Whether a part of this process works, as in /health/ready: 1 or 0',
    by: 'every role',
    labels: ['part'],
  }),
  ready: gauge({
    name: 'wheelhouse_ready',
    help: 'Whether this process is ready, as in /health/ready: 1 or 0',
    by: 'every role',
  }),
  folded: counter({
    name: 'wheelhouse_metric_label_sets_folded_total',
    help: 'Times that a metric had its most label sets already, so that a value went to "other" or nowhere',
    by: 'every role',
    labels: ['metric'],
  }),
};

/** Of prom-client's default metrics, those that keep the naming rules and say something. */
export const OF_NODE = [
  'process_cpu_seconds_total',
  'process_start_time_seconds',
  'process_resident_memory_bytes',
  'process_open_fds',
  'process_max_fds',
  'nodejs_eventloop_lag_seconds',
  'nodejs_eventloop_lag_p50_seconds',
  'nodejs_eventloop_lag_p99_seconds',
  'nodejs_gc_duration_seconds',
] as const;
