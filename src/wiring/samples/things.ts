import type { WhatIfResult } from '../../cards/what-if.ts';
import type { Form } from '../../core/form.ts';
import type { Report } from '../../core/monitor.ts';
import type { Alert, AlertPart } from '../../core/ports/alerts.ts';
import type { Approval } from '../../core/ports/approvals.ts';
import type { Deployment } from '../../core/ports/deployments.ts';
import type { Run } from '../../core/ports/runs.ts';
import type { Evaluation, Version } from '../../core/ports/versions.ts';
import type { Probe } from '../../core/probe.ts';

/*
 * What the sample cards are about: one thing of each kind, as a team would have it.
 */

export const AT = new Date('2026-11-23T18:16:00Z');
export const WINDOW = { from: new Date('2001-05-01'), to: new Date('2001-06-01') };
export const HASH = 'a'.repeat(64);
export const WHERE = { model: 'flights', environment: 'production' };

export const RUN: Run = {
  ...{ id: 'run-hz8rmy6a', kind: 'train', model: 'flights', status: 'running', versions: [1, 2] },
  ...{ parameters: { trees: 200 }, window: WINDOW, requestedBy: 'dev', stage: 'tree 84 of 200' },
  ...{ share: 0.42, attempts: 1, createdAt: AT, startedAt: AT, finishedAt: AT, version: 2 },
  ...{ warnings: ['The label is 1 in 2% of the rows only.'], error: 'exit code 1' },
};
const DATASET = { window: WINDOW, sha256: HASH, rows: 18_200 };
export const VERSION: Version = {
  ...{ id: 'flights-2', model: 'flights', number: 2, run: RUN.id, parameters: RUN.parameters },
  ...{ artifact: { sha256: HASH, bytes: 1 }, dataset: DATASET, runtime: {}, reported: {} },
  ...{ code: { revision: 'f7e5fc9', dirty: false }, createdBy: 'dev', createdAt: AT },
};
export const EVALUATION: Evaluation = {
  ...{ version: VERSION.id, dataset: DATASET, reference: HASH, at: AT },
  metrics: { auc: 0.6976, accuracy: 0.7989, f1: 0.2095 },
  report: {
    slices: {
      ...{ metric: 'brier', higherIsBetter: false, overall: 0.138, tested: 59 },
      found: [
        {
          ...{ column: 'origin', value: 'MSP', rows: 400, inside: 0.21, outside: 0.137 },
          ...{ worse: { by: 0.073, low: 0.049, high: 0.097 }, p: 1e-6, adjustedP: 1e-4 },
          isWeak: true,
        },
      ],
    },
    calibration: { of: 'share', bins: [], error: 0.009 },
    confusion: {
      classes: ['no', 'yes'],
      counts: [
        [14_600, 240],
        [3055, 305],
      ],
    },
  },
};
export const SLICED_BY = { words: 'Brier score', unit: undefined };
export const ASKED: WhatIfResult = {
  whatIf: {
    ...{ rows: 8000, skipped: 3, same: { rows: 2600, different: 0 } },
    flipped: {
      rows: 137,
      slices: [{ column: 'origin', value: 'MSP', rows: 400, flipped: 31 }],
    },
  },
  words: {},
};
export const PROBED: Probe = {
  ...{ live: 2, rows: 4200, from: '2001-06-01T00:00:00Z', to: '2001-06-08T00:00:00Z' },
  metric: { name: 'accuracy', words: 'Accuracy' },
  candidates: [
    {
      trained: { rows: 20_000, from: '2001-05-04T00:00:00Z', to: '2001-06-01T00:00:00Z' },
      found: {
        ...{ rows: 4200, live: 0.903, candidate: 0.915, delta: 0.012, low: 0.006, high: 0.019 },
        ...{ p: 0.001, leastP: undefined },
      },
    },
    {
      version: 1,
      found: {
        ...{ rows: 4200, live: 0.903, candidate: 0.895, delta: -0.008, low: -0.013, high: -0.002 },
        ...{ p: 0.004, leastP: undefined },
      },
    },
  ],
};
const METRICS = {
  columns: ['Metric', 'v1 (champion)', 'v2 (challenger)', 'Difference', '95% interval', 'p'],
  rows: [
    ['AUC (primary)', '0.685', '0.698', '+0.012', '+0.006 to +0.019', '0.0002'],
    ['Log loss', '0.479', '0.477', '+0.002', '−0.001 to +0.005', '0.2149'],
  ],
};
export const COMPARED = {
  ...({ words: 'better than', tone: 'success', text: 'AUC differs by +0.012.', data: {} } as const),
  ...{
    table: METRICS,
    promotable: true,
    pictures: [{ sha256: HASH, alt: 'Differences of two metrics.', width: 800, height: 400 }],
  },
};
export const DRILLED = { version: 1, ms: 312, rows: 200, equal: 200 };
const GATES = [
  {
    name: 'Labelled rows',
    passed: true,
    words: 'Measured on 18,200 labelled rows; 2,000 were asked for.',
  },
  { name: 'AUC', passed: false, words: 'AUC is 0.64, too low: it must be at least 0.65.' },
];
export const APPROVAL: Approval = {
  ...{
    ...WHERE,
    id: 'approval-6q27mzqe',
    version: 2,
    requestedBy: 'dev',
    status: 'open',
    needed: 1,
  },
  ...{ revision: 1, createdAt: AT, expiresAt: AT },
  votes: [{ person: 'lead', verdict: 'approve', at: AT, via: 'slack' }],
  evidence: {
    artifact: HASH,
    digest: HASH,
    champion: 1,
    metrics: EVALUATION.metrics,
    candidates: 4,
    costs: { bytes: 1_200_000, latency: { rows: 300, p50: 0.2, p99: 0.31 } },
    drill: { ...DRILLED, at: AT },
    gates: GATES,
  },
};
export const LIVE: Approval = {
  ...APPROVAL,
  status: 'approved',
  deployment: 'deployment-c7002cat',
};
export const DEPLOYMENT: Deployment = {
  ...{ ...WHERE, id: 'deployment-c7002cat', version: 2, status: 'live', kind: 'promotion' },
  ...{ by: 'dev', reason: 'better in June', artifact: HASH, since: AT },
};
export const MONITOR = {
  ...{ name: 'drift', kind: 'drift', windowHours: 24, schedule: '0 * * * *', settings: {} },
  ...{ minRows: 500, need: 2, of: 3 },
};
export const ALERT: Alert = {
  ...{
    ...WHERE,
    id: 'alert-kjrxxwvs',
    monitor: 'drift',
    kind: 'drift',
    version: 2,
    status: 'open',
  },
  ...{
    severity: 'warn',
    grade: 'inform',
    window: WINDOW,
    newest: WINDOW,
    windows: 3,
    parts: [],
    signals: ['recent_lateness'],
    sizes: [0.05, 0.12, 0.24, 0.32],
    evidence: null,
    openedAt: AT,
    pictures: COMPARED.pictures,
  },
};
const { monitor, kind, grade, window, newest, windows, signals, sizes, evidence, pictures } = ALERT;
const FOUND: AlertPart = {
  ...{ monitor, kind, grade, window, newest, windows, signals, sizes, evidence, pictures },
  ...{ foundAt: AT, told: { signals, size: 0.32 } },
};
export const PART: AlertPart = { ...FOUND, over: { at: AT, told: true } };
const LED = { monitor: 'performance', kind: 'performance', grade: 'harm' } as const;
/** Two monitors found the same cause. */
export const SHARED: Alert = { ...ALERT, ...LED, parts: [PART, { ...FOUND, ...LED }] };
export const PROBE = { run: RUN.id, at: AT, found: PROBED };
export const DIGESTED = { ...WHERE, monitor: 'drift', windows: 24, alerting: 3 };
export const ONCALL = { words: 'Ada', accounts: [], groups: [] };
export const TURN = {
  ...({ kind: 'worse', joined: ['score'], left: [] } as const),
  size: { before: 0.2, now: 0.11 },
};
export const REPORT: Report = {
  ...{ title: 'Data drift: flights v2', summary: 'recent_lateness has drifted.', caution: 'Sure?' },
  table: {
    columns: ['Column', 'PSI', 'Adjusted p', 'Verdict'],
    rows: [['score', '0.32', '< 0.0001', 'drifted']],
  },
  again: { title: 'Still drifted', text: 'recent_lateness, in one more window.' },
  over: { title: 'The data of flights v2 no longer drifts', text: 'Two windows in a row are ok.' },
};
export const HEAD = { sequence: 812, hash: HASH };
export const PERIOD = { period: { deployment: DEPLOYMENT, from: AT }, approval: LIVE };

/** A form with every kind of field. */
export const FORM: Form = {
  ...{
    command: 'train',
    title: 'Train flights',
    text: 'Data from 1 Jan 2001 on.',
    submit: 'Train',
  },
  fields: [
    {
      name: 'model',
      kind: 'choice',
      label: 'Model',
      required: true,
      reshapes: true,
      initial: 'flights',
      choices: [
        { value: 'flights', label: 'flights', hint: 'Arrives late?' },
        { value: 'delay', label: 'delay' },
      ],
    },
    { name: 'from', kind: 'day', label: 'From', required: true, initial: '2001-01-01' },
    {
      name: 'params.trees',
      kind: 'number',
      label: 'Trees',
      required: false,
      whole: true,
      min: 1,
      max: 500,
      initial: '100',
    },
    {
      name: 'note',
      kind: 'text',
      label: 'Note',
      hint: 'For the log.',
      required: false,
      longest: 200,
    },
  ],
};

export const WEEK = {
  ...{ model: 'flights', environment: 'production', summary: 'Will a flight arrive late?' },
  ...{ live: 2, requests: 41_200, failures: 0, switched: [], losses: [], end: AT },
  ...{ accepted: 3, leftOut: 1, waiting: 1 },
};
