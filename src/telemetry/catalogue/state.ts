import { gauge } from './define.ts';

const ENDPOINT = ['model', 'environment'];

/** What is in Redis and the registry, the same whoever looks: the monitors export it, and several say the same. */
export const STATE = {
  queued: gauge({
    name: 'wheelhouse_queue_jobs',
    help: 'Jobs in the queue',
    by: 'monitor',
    labels: ['lane', 'state'],
  }),
  oldest: gauge({
    name: 'wheelhouse_queue_oldest_job_age_seconds',
    help: 'Age of the job that has waited longest; 0 if none waits',
    by: 'monitor',
    labels: ['lane'],
  }),
  runs: gauge({
    name: 'wheelhouse_runs',
    help: 'Trainings, comparisons and other runs that are not over',
    by: 'monitor',
    labels: ['kind', 'status'],
  }),
  approvals: gauge({
    name: 'wheelhouse_approvals_open',
    help: 'Requests that wait for votes',
    by: 'monitor',
    labels: ['environment'],
  }),
  approvalAge: gauge({
    name: 'wheelhouse_approval_oldest_age_seconds',
    help: 'Age of the request that has waited longest for votes; 0 if none waits',
    by: 'monitor',
    labels: ['environment'],
  }),
  alerts: gauge({
    name: 'wheelhouse_alerts_open',
    help: 'Alerts that are not resolved',
    by: 'monitor',
    labels: [...ENDPOINT, 'severity'],
  }),
  quarantined: gauge({
    name: 'wheelhouse_versions_quarantined',
    help: 'Live versions that no gateway runs because they affected everything else',
    by: 'monitor',
    labels: ['environment'],
  }),
  arrivals: gauge({
    name: 'wheelhouse_data_files_quarantined',
    help: 'Files of new data that wait for a decision by a person',
    by: 'monitor',
    labels: ['model'],
  }),
  liveSince: gauge({
    name: 'wheelhouse_deployment_live_timestamp_seconds',
    help: 'When the version that is live went live; the label says which',
    by: 'monitor',
    labels: [...ENDPOINT, 'version'],
  }),
  gateways: gauge({
    name: 'wheelhouse_gateways',
    help: 'Gateways that are up, by what they report themselves',
    by: 'monitor',
  }),
  leases: gauge({
    name: 'wheelhouse_lease_held',
    help: 'Whether this process has the lease: 1 or 0',
    by: 'bot',
    labels: ['lease'],
  }),
  outbox: gauge({
    name: 'wheelhouse_outbox_waiting_messages',
    help: 'Messages whose newest state is not on its platforms yet',
    by: 'bot',
  }),
};
