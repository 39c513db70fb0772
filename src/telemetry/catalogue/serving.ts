import { latencyBinEnd } from '../../core/latency.ts';
import { counter, gauge, histogram } from './define.ts';

/** Ends of bins in which a gateway counts, one for each doubling: 0.4 ms to 6.6 s. So no count is approximate. */
const ANSWER_BINS = Array.from({ length: 15 }, (_, doubling) => 24 + 8 * doubling);

const ENDPOINT = ['model', 'environment'];

export const SERVING = {
  predictions: counter({
    name: 'wheelhouse_prediction_requests_total',
    help: 'Requests for predictions. failed: through no fault of the caller',
    by: 'serve',
    labels: [...ENDPOINT, 'outcome'],
  }),
  predictionDuration: histogram({
    name: 'wheelhouse_prediction_duration_seconds',
    help: 'Time from reading a request to its answer. The sum is within 5%: durations are counted in bins',
    by: 'serve',
    labels: ENDPOINT,
    buckets: ANSWER_BINS.map((bin) => latencyBinEnd(bin) / 1000),
  }),
  elsewhere: counter({
    name: 'wheelhouse_predictions_elsewhere_total',
    help: 'Predictions of other servers that were logged',
    by: 'serve',
    labels: ENDPOINT,
  }),
  labels: counter({
    name: 'wheelhouse_labels_total',
    help: 'Labels that arrived',
    by: 'serve',
    labels: ENDPOINT,
  }),
  answering: gauge({
    name: 'wheelhouse_endpoint_up',
    help: 'Whether this gateway answers with what is live: 1, or 0 if it does not load',
    by: 'serve',
    labels: ENDPOINT,
  }),
  servedVersion: gauge({
    name: 'wheelhouse_endpoint_served_version_info',
    help: 'Always 1; the label says which version answers in this gateway',
    by: 'serve',
    labels: [...ENDPOINT, 'version'],
  }),
  sessions: gauge({
    name: 'wheelhouse_model_sessions',
    help: 'Versions that this gateway answers with, challengers of rollouts included',
    by: 'serve',
  }),
  dropped: counter({
    name: 'wheelhouse_prediction_log_dropped_rows_total',
    help: 'Rows that the prediction log could not keep because the disk was full',
    by: 'serve',
    labels: ENDPOINT,
  }),
  quarantines: counter({
    name: 'wheelhouse_quarantines_total',
    help: 'Versions that this gateway stopped running',
    by: 'serve',
    labels: [...ENDPOINT, 'fault'],
  }),
};
