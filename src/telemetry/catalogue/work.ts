import { counter, gauge, histogram } from './define.ts';

/** From a switch, which takes milliseconds, to a training, which takes hours. */
const LONG = [0.005, 0.025, 0.1, 0.5, 2.5, 10, 60, 300, 1800, 7200];
const SHORT = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What a process does, counted when it has done it. */
export const WORK = {
  commands: counter({
    name: 'wheelhouse_commands_total',
    help: 'Calls of commands, by how they ended',
    by: 'bot',
    labels: ['command', 'outcome'],
  }),
  commandDuration: histogram({
    name: 'wheelhouse_command_duration_seconds',
    help: 'Time from a call to its answer',
    by: 'bot',
    labels: ['command'],
    buckets: SHORT,
  }),
  platformCalls: counter({
    name: 'wheelhouse_platform_requests_total',
    help: 'Requests to chat platforms, by how they ended',
    by: 'bot',
    labels: ['platform', 'operation', 'outcome'],
  }),
  platformDuration: histogram({
    name: 'wheelhouse_platform_request_duration_seconds',
    help: 'Time of a request to a chat platform, with its retries',
    by: 'bot',
    labels: ['platform'],
    buckets: SHORT,
  }),
  jobs: counter({
    name: 'wheelhouse_jobs_total',
    help: 'Attempts at jobs, by how they ended',
    by: 'those with lanes',
    labels: ['job', 'lane', 'outcome'],
  }),
  jobDuration: histogram({
    name: 'wheelhouse_job_duration_seconds',
    help: 'Time of one attempt at a job',
    by: 'those with lanes',
    labels: ['job'],
    buckets: LONG,
  }),
  jobWait: histogram({
    name: 'wheelhouse_job_wait_seconds',
    help: 'Time that a job waited before its first attempt began, without a delay that it asked for',
    by: 'those with lanes',
    labels: ['lane'],
    buckets: LONG,
  }),
  jobsRunning: gauge({
    name: 'wheelhouse_jobs_running',
    help: 'Jobs in progress in this process',
    by: 'those with lanes',
    labels: ['lane'],
  }),
  programs: histogram({
    name: 'wheelhouse_program_duration_seconds',
    help: 'Time of a program of the workspace, by how it ended',
    by: 'worker',
    labels: ['model', 'outcome'],
    buckets: LONG,
  }),
  runs: counter({
    name: 'wheelhouse_runs_finished_total',
    help: 'Trainings, comparisons and other runs that ended',
    by: 'worker',
    labels: ['kind', 'status'],
  }),
  switches: counter({
    name: 'wheelhouse_switches_total',
    help: 'Changes of what is live: promotions, rollbacks, versions taken out of service',
    by: 'worker',
    labels: ['model', 'environment', 'kind', 'outcome'],
  }),
  switchDuration: histogram({
    name: 'wheelhouse_switch_duration_seconds',
    help: 'Time to record a switch in the registry, with the checks at the switch',
    by: 'worker',
    labels: ['kind'],
    buckets: SHORT,
  }),
  checks: counter({
    name: 'wheelhouse_monitor_checks_total',
    help: 'Windows that monitors judged, by their verdict',
    by: 'worker',
    labels: ['model', 'environment', 'monitor', 'status'],
  }),
  alerts: counter({
    name: 'wheelhouse_alerts_opened_total',
    help: 'Alerts that were opened',
    by: 'worker',
    labels: ['model', 'environment', 'severity'],
  }),
};
