import type { ModelBoard, RunRow } from '../../src/core/board.ts';

const DAY_MS = 86_400_000;
const FIRST = Date.parse('2001-02-01T00:00:00Z');
const WINDOWS = 18;
const at = (day: number) => new Date(FIRST + day * DAY_MS).toISOString();
const window = (n: number) => ({ from: at(n * 7), to: at(n * 7 + 7) });
const WEEKS = Array.from({ length: WINDOWS }, (_, n) => ({
  ...window(n),
  version: n < 13 ? 1 : 2,
}));
const wave = (n: number, seed: number) => Math.sin(n * 1.7 + seed * 2.3) * 0.5 + 0.5;
const COLUMNS = [
  ...[
    'recent_lateness',
    'distance',
    'carrier',
    'origin',
    'destination',
    'weekday',
    'departure_hour',
  ],
  ...['score', 'a_feature_with_a_rather_long_name', 'aircraft_age', 'crew', 'gate', 'wind', 'rain'],
];

const run = (n: number, more: Partial<RunRow> = {}): RunRow => ({
  ...{ id: `run-${(n * 7919).toString(36).padStart(8, 'k')}`, kind: 'train', model: 'flights' },
  ...{ status: 'succeeded', stage: 'done', share: 1, requestedBy: n % 2 ? 'ada' : 'grace' },
  ...{ versions: [n + 1], window: window(n), createdAt: at(n), startedAt: at(n) },
  ...{ finishedAt: at(n), seconds: 40 + ((n * 37) % 90), error: null },
  metric: { name: 'AUC', value: 0.68 + wave(n, 3) / 30 },
  ...more,
});

/** A board with everything that a board can show. */
export function fullBoard(more: Partial<ModelBoard> = {}): ModelBoard {
  return {
    ...{ model: 'flights', summary: 'Which departures will be late', task: 'binary' },
    ...{ channel: 'flights', environment: 'production', environments: ['production', 'staging'] },
    live: {
      ...{
        version: 2,
        deployment: 'dep-4k2f9qab',
        since: new Date(Date.now() - DAY_MS).toISOString(),
      },
      ...{ by: 'ada', reason: 'better AUC on newer rows' },
    },
    ...{ outOfService: null, previous: 1, newestPrediction: at(126) },
    deployments: [
      {
        ...{ id: 'dep-4k2f9qab', version: 2, kind: 'promotion', status: 'live', since: at(92) },
        ...{ by: 'ada', reason: 'better AUC on newer rows' },
      },
      {
        ...{
          id: 'dep-1k2f9qab',
          version: 1,
          kind: 'promotion',
          status: 'superseded',
          since: at(0),
        },
        ...{ by: 'grace', reason: 'first version' },
      },
    ],
    approvals: [
      {
        ...{ id: 'approval-7k2f9qab', version: 3, status: 'open', requestedBy: 'ada' },
        ...{ createdAt: new Date(Date.now() - 7_200_000).toISOString(), expiresAt: null },
        ...{ approvals: 1, needed: 2, message: { channel: 'flights', post: 'post-approval' } },
      },
    ],
    alerts: [
      {
        ...{ id: 'alert-7k2f9qab', monitor: 'performance', grade: 'harm', status: 'open' },
        title: 'flights predicts worse than at its evaluation',
        summary:
          'Log loss of v2 is 0.512 over 8,204 labelled predictions since 31 May 2001; at its evaluation it was 0.471. It is at least 0.492, above the limit of 0.488.',
        ...{ openedAt: new Date(Date.now() - 3_600_000).toISOString(), window: window(16) },
        message: null,
      },
    ],
    monitors: [
      {
        ...{ name: 'drift', kind: 'drift', grade: 'inform', windowHours: 168 },
        summary: 'Whether features and score are still distributed as in the training data',
        newest: {
          ...{ status: 'ok', window: window(17), version: 2, signals: [] },
          figure: 'evidence 1.2 : 1; recent_lateness PSI 0.213',
        },
        note: 'One false alarm is expected in 2 years.',
      },
      {
        ...{ name: 'performance', kind: 'performance', grade: 'harm', windowHours: 168 },
        summary: 'Whether predictions are worse than at the evaluation',
        newest: {
          ...{ status: 'alert', window: window(17), version: 2, signals: ['Log loss'] },
          figure: 'AUC 0.671, 88% labelled',
        },
        note: null,
      },
      {
        ...{ name: 'latency', kind: 'latency', grade: 'harm', windowHours: 1, newest: null },
        ...{ summary: 'Whether requests are answered in time', note: null },
      },
    ],
    charts: [
      {
        ...{ subject: 'auc', title: 'AUC' },
        series: [
          {
            ...{ name: 'measured', monitor: 'performance', limit: null, evaluated: 0.695 },
            points: WEEKS.slice(0, -1).map((week, n) => ({
              ...{ ...week, value: 0.7 - n * 0.0018 + wave(n, 1) * 0.012 },
              ...{ low: 0.688 - n * 0.0018, high: 0.72 - n * 0.0018 },
            })),
          },
          {
            ...{ name: 'estimated', monitor: 'estimated', limit: null, evaluated: 0.695 },
            points: WEEKS.map((week, n) => ({
              ...{ ...week, value: 0.702 - n * 0.001 + wave(n, 2) * 0.008 },
            })),
          },
        ],
      },
      {
        ...{ subject: 'logLoss', title: 'Log loss' },
        series: [
          {
            ...{ name: 'measured', monitor: 'performance', limit: 0.488, evaluated: 0.471 },
            points: WEEKS.map((week, n) => ({
              ...{ ...week, value: 0.465 + n * 0.0025 + wave(n, 4) * 0.01 },
              ...{ low: 0.455 + n * 0.0025, high: 0.485 + n * 0.0025 },
            })),
          },
        ],
      },
      {
        ...{ subject: 'latency', title: 'Latency (ms)' },
        series: (['p50', 'p95', 'p99'] as const).map((name, index) => ({
          ...{ name, monitor: 'latency', evaluated: null, limit: name === 'p99' ? 100 : null },
          points: WEEKS.map((week, n) => ({
            ...week,
            value: 4 * (index * 3 + 1) + wave(n, index) * 6,
          })),
        })),
      },
    ],
    ranking: {
      version: 2,
      curves: [
        {
          ...{ of: 'yes', rows: 18_200, positives: 3600, auc: 0.692, averagePrecision: 0.381 },
          points: Array.from({ length: 101 }, (_, n) => ({
            ...{ threshold: 1 - n / 100, falseAlarms: (n / 100) ** 1.5, recall: (n / 100) ** 0.7 },
            precision: 0.8 - 0.6 * (n / 100) ** 0.7,
          })),
        },
      ],
      thresholds: [
        {
          ...({ as: 'metrics', threshold: 0.5 } as const),
          ...{ recall: 0.2, falseAlarms: 0.03, precision: 0.6 },
        },
        {
          ...({ as: 'cost', threshold: 0.167 } as const),
          ...{ recall: 0.7, falseAlarms: 0.4, precision: 0.3 },
        },
      ],
    },
    heatMaps: [
      {
        ...{ subject: 'psi', title: 'PSI', monitor: 'drift', limit: 0.2 },
        windows: WEEKS.map((week, n) => ({ ...week, status: n > 14 ? 'alert' : 'ok' })),
        rows: COLUMNS.map((name, row) => ({
          name,
          values: WEEKS.map((_, n) =>
            row === 12 && n < 5 ? null : wave(n, row) * 0.06 + (row < 2 ? n * 0.0105 : 0),
          ),
        })),
      },
    ],
    events: [
      { at: at(91), what: 'deployment', words: 'v2 live' },
      { at: at(119), what: 'alert', words: 'performance alert' },
    ],
    runs: [
      run(13, { status: 'running', share: 0.4, finishedAt: null, metric: null, versions: [] }),
      run(12, { kind: 'compare', versions: [1, 2], metric: null }),
      run(11, { status: 'failed', versions: [], metric: null, error: 'exit code 1' }),
      ...Array.from({ length: 11 }, (_, n) => run(10 - n)),
    ],
    delivery: {
      days: 84,
      figures: [
        { label: 'Lead time from training', value: '3 h 20 min', detail: 'median of 4' },
        { label: 'Deployments', value: '4', detail: '0.3 a week' },
        { label: 'Rolled back', value: '25%', detail: '1 of 4' },
        { label: 'Time to restore', value: '12 min 0 s', detail: '1 case' },
        { label: 'Time to approve', value: null, detail: 'no cases' },
      ],
    },
    ...more,
  };
}
