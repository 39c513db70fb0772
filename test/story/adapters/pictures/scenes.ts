import { alertState } from '../../../../src/cards/alert.ts';
import { approvalState } from '../../../../src/cards/approval.ts';
import { comparisonState } from '../../../../src/cards/comparison.ts';
import { rolledBack } from '../../../../src/cards/deployment.ts';
import { trainingState } from '../../../../src/cards/run.ts';
import type { Card } from '../../../../src/core/card.ts';
import type { Alert } from '../../../../src/core/ports/alerts.ts';
import type { Approval } from '../../../../src/core/ports/approvals.ts';
import type { Charts } from '../../../../src/core/ports/charts.ts';
import type { Deployment } from '../../../../src/core/ports/deployments.ts';
import type { Run } from '../../../../src/core/ports/runs.ts';
import { reportOn } from '../../../../src/monitoring/kinds/index.ts';

/** The messages of the pictures: the demo's figures in the real cards, with the real charts. */
export async function scenes(charts: Charts): Promise<Record<string, Card>> {
  return {
    approval: approvalState(REQUEST).card,
    run: trainingState(RUN).card,
    comparison: comparisonState(COMPARED, { ...COMPARISON, pictures: [await deltas(charts)] }).card,
    alert: alertState({ ...ALERT, pictures: await drift(charts) }, reportOn(ALERT)).card,
    rollback: rolledBack(V1, V2, { confirmed: true }).card,
  };
}

const REQUEST: Approval = {
  id: 'approval-6q27mzqe',
  model: 'flights',
  version: 2,
  environment: 'production',
  requestedBy: 'dev',
  status: 'open',
  needed: 1,
  votes: [],
  revision: 1,
  createdAt: new Date('2026-11-23T18:16:00Z'),
  expiresAt: new Date('2026-11-24T18:16:00Z'),
  evidence: {
    artifact: 'ecdbc2ba1eca'.padEnd(64, '0'),
    digest: 'f7e5fc92a1de'.padEnd(64, '0'),
    champion: 1,
    metrics: { auc: 0.6976, accuracy: 0.7989, f1: 0.2095 },
    gates: [
      {
        name: 'labelled rows',
        passed: true,
        words: 'Measured on 18,200 labelled rows; 2,000 were asked for.',
      },
      {
        name: 'AUC',
        passed: true,
        words: 'AUC is 0.698, as asked: it must be at least 0.65.',
      },
      {
        name: 'AUC against the champion',
        passed: true,
        words:
          "AUC is 0.698 against the champion's 0.685: better, by 0.00573 to 0.0189 with 95% confidence.",
      },
    ],
  },
};

const RUN: Run = {
  id: 'run-hz8rmy6a',
  kind: 'train',
  model: 'flights',
  status: 'running',
  parameters: { trees: 200, leaves: 31, learning_rate: 0.1 },
  window: { from: new Date('2001-05-01'), to: new Date('2001-06-01') },
  versions: [],
  requestedBy: 'dev',
  stage: 'training: 84 of 200 trees',
  share: 0.42,
  attempts: 1,
  createdAt: new Date('2026-11-23T18:08:00Z'),
  startedAt: new Date('2026-11-23T18:08:01Z'),
};

const COMPARED: Run = {
  ...RUN,
  id: 'run-b94jc9w8',
  kind: 'compare',
  status: 'succeeded',
  parameters: {},
  window: { from: new Date('2001-06-01'), to: new Date('2001-06-15') },
  versions: [1, 2],
  finishedAt: new Date('2026-11-23T18:08:16Z'),
};

const COMPARISON = {
  words: 'better than',
  tone: 'success',
  text: 'AUC differs by +0.0123 (95% interval +0.0057 to +0.0189, p 0.0002). Both were evaluated on the same 18,200 rows of 1 Jun 2001 to 14 Jun 2001, 3,922 of them positive.',
  table: {
    columns: ['Metric', 'v1 (champion)', 'v2 (challenger)', 'Difference', '95% interval', 'p'],
    rows: [
      ['AUC (primary)', '0.6853', '0.6976', '+0.0123', '+0.0057 to +0.0189', '0.0002'],
      ['accuracy', '0.7976', '0.7989', '+0.0013', '−0.0011 to +0.0035', '0.2970'],
      ['f1', '0.2023', '0.2095', '+0.0072', '−0.0056 to +0.0199', '0.2589'],
      ['log loss', '0.4791', '0.4772', '+0.0020', '−0.0012 to +0.0051', '0.2149'],
      ['Brier score', '0.1532', '0.1520', '+0.0012', '+0.0002 to +0.0022', '0.0240'],
    ],
  },
  promotable: true,
  data: {},
} as const;

const deltas = (charts: Charts) =>
  charts.deltas({
    title: 'flights v2 against v1',
    champion: 'v1',
    challenger: 'v2',
    margin: 0.01,
    metrics: [
      { name: 'auc', delta: 0.0123, low: 0.0057, high: 0.0189, verdict: 'better' },
      { name: 'accuracy', delta: 0.0013, low: -0.0011, high: 0.0035, verdict: 'not worse' },
      { name: 'f1', delta: 0.0072, low: -0.0056, high: 0.0199, verdict: 'not worse' },
      { name: 'logLoss', delta: 0.002, low: -0.0012, high: 0.0051, verdict: 'not worse' },
      { name: 'brier', delta: 0.0012, low: 0.0002, high: 0.0022, verdict: 'better' },
    ],
  });

const ALERT: Alert = {
  id: 'alert-kjrxxwvs',
  model: 'flights',
  environment: 'production',
  monitor: 'drift',
  kind: 'drift',
  version: 1,
  status: 'open',
  severity: 'alert',
  grade: 'inform',
  window: { from: new Date('2001-04-19'), to: new Date('2001-05-03') },
  newest: { from: new Date('2001-04-26'), to: new Date('2001-05-03') },
  windows: 2,
  parts: [],
  signals: ['recent_lateness', 'score'],
  sizes: [0.04, 0.06, 0.05, 0.09, 0.24, 0.32],
  evidence: {
    ...{ rows: 2800, need: 2, of: 3 },
    columns: [
      { name: 'hour', psi: 0.022, adjustedP: 0.054, drifted: false, status: 'ok' },
      { name: 'weekday', psi: 0.012, adjustedP: 0.2429, drifted: false, status: 'ok' },
      { name: 'distance', psi: 0.006, adjustedP: 0.7884, drifted: false, status: 'ok' },
      { name: 'origin', psi: 0.053, adjustedP: 0.6017, drifted: false, status: 'ok' },
      { name: 'recent_lateness', psi: 0.32, adjustedP: 0, drifted: true, status: 'alert' },
      { name: 'score', psi: 0.11, adjustedP: 0, drifted: true, status: 'warn' },
    ],
  },
  pictures: [],
  openedAt: new Date('2026-11-23T18:14:00Z'),
};

const BINS: readonly (readonly [string, number, number])[] = [
  ['≤ -3.344', 0.1, 0.165],
  ['-3.344 to -1.566', 0.1, 0.171],
  ['-1.566 to -0.225', 0.1, 0.148],
  ['-0.225 to 1.064', 0.1, 0.122],
  ['1.064 to 2.305', 0.1, 0.101],
  ['2.305 to 3.55', 0.1, 0.084],
  ['3.55 to 4.846', 0.1, 0.071],
  ['4.846 to 6', 0.12, 0.063],
  ['6 to 8.472', 0.08, 0.044],
  ['> 8.472', 0.1, 0.031],
];

async function drift(charts: Charts) {
  const histogram = await charts.histogram({
    title: 'flights v1: recent_lateness has moved',
    subtitle: 'Training data against 19 Apr 2001 to 25 Apr 2001',
    feature: 'recent_lateness',
    bins: BINS.map(([label, reference, current]) => ({ label, reference, current })),
    psi: 0.32,
  });
  return [histogram];
}

const V1: Deployment = {
  id: 'deployment-c7002cat',
  model: 'flights',
  version: 1,
  environment: 'production',
  status: 'live',
  kind: 'rollback',
  by: 'dev',
  reason: 'too many delays are missed',
  artifact: 'a'.repeat(64),
  since: new Date('2026-11-23T18:21:00Z'),
};
const V2: Deployment = { ...V1, id: 'deployment-91hd2kqe', version: 2, status: 'rolled_back' };
