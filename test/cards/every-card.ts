import fc from 'fast-check';
import { alertState } from '../../src/cards/alert.ts';
import {
  approvalState,
  doesNotAnswer,
  notConfirmed,
  notDeployed,
} from '../../src/cards/approval.ts';
import { comparisonState } from '../../src/cards/comparison.ts';
import {
  rollbackFailed,
  rolledBack,
  rolledBackUnheard,
  rollingBack,
  undeployed,
} from '../../src/cards/deployment.ts';
import { trainingState } from '../../src/cards/run.ts';
import { heard, silent } from '../../src/cards/silence.ts';
import type { Card } from '../../src/core/card.ts';
import type { Alert } from '../../src/core/ports/alerts.ts';
import type { ApprovalStatus } from '../../src/core/ports/approvals.ts';
import type { State } from '../../src/core/ports/replies.ts';
import type { RunStatus } from '../../src/core/ports/runs.ts';
import { reportOn } from '../../src/monitoring/kinds/index.ts';
import {
  alertOf,
  approvalOf,
  deployment,
  evaluation,
  name,
  number,
  perhaps,
  person,
  picture,
  runOf,
  version,
  words,
} from './things.ts';

const RUNS: RunStatus[] = ['queued', 'running', 'succeeded', 'failed', 'cancelled'];
const APPROVALS: ApprovalStatus[] = [
  'checking',
  'open',
  'refused',
  'approved',
  'rejected',
  'expired',
];
const ALERTS: Alert['status'][] = ['open', 'acknowledged', 'resolved'];

const result = fc.record({
  data: fc.constant({}),
  words: fc.constantFrom('better than', 'worse than', 'not worse than', 'not told apart from'),
  tone: fc.constantFrom<Card['tone']>('success', 'warning', 'note'),
  text: words,
  table: fc.record({
    columns: fc.constant(['Metric', 'p']),
    rows: fc.array(fc.tuple(words, words), { maxLength: 3 }),
  }),
  pictures: fc.array(picture, { maxLength: 1 }),
  promotable: fc.boolean(),
});

const monitorOf = (name: string) => ({
  ...{ name, kind: 'drift', windowHours: 24, schedule: '', settings: {} },
  ...{ minRows: 50, need: 2, of: 3 },
});

/** Every card, by its topic. */
export const CARDS: [string, fc.Arbitrary<State>][] = [
  ...RUNS.map((status): [string, fc.Arbitrary<State>] => [
    `a training that is ${status}`,
    fc
      .record({
        run: runOf('train', status),
        made: perhaps(
          fc
            .tuple(
              version,
              perhaps(evaluation),
              fc.uniqueArray(name, { minLength: 1, maxLength: 5 }),
            )
            .map(([version, evaluation, environments]) => ({
              ...{ version, evaluation, environments },
              champions: environments
                .slice(1)
                .map((environment, n) => ({ environment, version: n })),
            })),
        ),
      })
      .map(({ run, made }) => trainingState(run, made)),
  ]),
  ...RUNS.map((status): [string, fc.Arbitrary<State>] => [
    `a comparison that is ${status}`,
    fc
      .tuple(runOf('compare', status), status === 'succeeded' ? result : fc.constant(undefined))
      .map(([run, found]) => comparisonState(run, found)),
  ]),
  ...APPROVALS.map((status): [string, fc.Arbitrary<State>] => [
    `a request that is ${status}`,
    fc
      .tuple(approvalOf(status), perhaps(fc.constant('until v3 replaced it')))
      .map(([approval, over]) => approvalState(approval, over)),
  ]),
  [
    'a request whose version was not deployed',
    fc.tuple(approvalOf('approved'), words).map(([approval, why]) => notDeployed(approval, why)),
  ],
  [
    'a request whose version the gateway has not confirmed',
    fc.tuple(approvalOf('approved'), words).map(([approval, why]) => notConfirmed(approval, why)),
  ],
  [
    'a request whose version the gateway does not answer with',
    fc.tuple(approvalOf('approved'), words).map(([approval, why]) => doesNotAnswer(approval, why)),
  ],
  [
    'a model that is out of service',
    fc
      .tuple(
        fc.record({ deployment, by: person, reason: words, at: fc.constant(new Date(0)) }),
        fc.boolean(),
      )
      .map(([out, held]) => undeployed(out, held)),
  ],
  [
    'a monitor that cannot judge',
    fc
      .record({
        model: name,
        environment: name,
        version: number,
        monitor: name,
        windows: fc.array(
          fc.record({ rows: fc.nat(), from: fc.nat(), hours: fc.integer({ min: 1, max: 999 }) }),
          { minLength: 1, maxLength: 4 },
        ),
      })
      .map(({ monitor, windows, ...given }) =>
        silent({
          ...given,
          monitor: monitorOf(monitor),
          windows: windows.map(({ rows, from, hours }) => ({
            rows,
            window: { from: new Date(from), to: new Date(from + hours * 3_600_000) },
          })),
        }),
      ),
  ],
  [
    'a monitor that can judge again',
    fc
      .record({ model: name, environment: name, monitor: name.map(monitorOf) })
      .map((about) => heard(about, { from: new Date(0), to: new Date(1) })),
  ],
  ...ALERTS.map((status): [string, fc.Arbitrary<State>] => [
    `an alert that is ${status}`,
    alertOf(status).map((alert) => alertState(alert, reportOn(alert))),
  ]),
  [
    'a rollback under way',
    fc
      .record({
        model: name,
        environment: name,
        from: number,
        to: number,
        by: person,
        reason: words,
      })
      .map(rollingBack),
  ],
  [
    'a rollback that is done',
    fc
      .tuple(deployment, deployment, fc.record({ confirmed: fc.boolean() }))
      .map((given) => rolledBack(...given)),
  ],
  ['a rollback that nobody heard of', deployment.map(rolledBackUnheard)],
  [
    'a rollback that failed',
    fc.tuple(name, words).map(([model, why]) => rollbackFailed(model, why)),
  ],
];
