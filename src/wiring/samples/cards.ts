import { approvalState, doesNotAnswer, notConfirmed, notDeployed } from '../../cards/approval.ts';
import { auditCard, headState } from '../../cards/audit.ts';
import { comparisonState } from '../../cards/comparison.ts';
import {
  rollbackFailed,
  rolledBack,
  rolledBackUnheard,
  rollingBack,
  undeployed,
} from '../../cards/deployment.ts';
import { digestState } from '../../cards/digest.ts';
import { logState } from '../../cards/disk.ts';
import { drillState } from '../../cards/drill.ts';
import { evaluationCard } from '../../cards/evaluation.ts';
import { explanationCard } from '../../cards/explanation.ts';
import { historyCard, pastCard } from '../../cards/history.ts';
import { outcomeForAll, outcomeOf } from '../../cards/outcome.ts';
import { probeState } from '../../cards/probe.ts';
import { proposalState, proposedCall } from '../../cards/proposal.ts';
import { quarantined } from '../../cards/quarantine.ts';
import { confirmation } from '../../cards/receipt.ts';
import { trainingState } from '../../cards/run.ts';
import { runState } from '../../cards/run-state.ts';
import { heard, learning, learnt, silent } from '../../cards/silence.ts';
import { whatIfState } from '../../cards/what-if.ts';
import type { Card } from '../../core/card.ts';
import type { ApprovalStatus } from '../../core/ports/approvals.ts';
import type { Run, RunStatus } from '../../core/ports/runs.ts';
import type { Samples } from '../../platforms/kind.ts';
import { alertSamples } from './alerts.ts';
import { dataSamples } from './data.ts';
import { subscriptionSamples } from './happened.ts';
import { importedSample } from './imported.ts';
import { PROPOSAL } from './proposal.ts';
import { queueSamples } from './queue.ts';
import { rolloutSamples } from './rollout.ts';
import { targetSamples } from './targets.ts';
import {
  ALERT,
  APPROVAL,
  ASKED,
  AT,
  COMPARED,
  DEPLOYMENT,
  DIGESTED,
  DRILLED,
  EVALUATION,
  FORM,
  HASH,
  HEAD,
  LIVE,
  MONITOR,
  PERIOD,
  PROBED,
  RUN,
  SLICED_BY,
  VERSION,
  WEEK,
  WHERE,
  WINDOW,
} from './things.ts';
import { webhookSamples } from './webhooks.ts';

const trained = (status: RunStatus) =>
  trainingState(
    { ...RUN, status },
    status === 'succeeded'
      ? {
          version: VERSION,
          evaluation: EVALUATION,
          champions: [{ environment: 'production', version: 1 }],
          environments: ['staging', 'production'],
        }
      : undefined,
  );
const compared = (status: RunStatus) =>
  comparisonState(
    { ...RUN, kind: 'compare', status },
    status === 'succeeded' ? COMPARED : undefined,
  );
const whatIf = (status: RunStatus) => {
  const run: Run = { ...RUN, kind: 'what-if', versions: [2], status };
  return status === 'succeeded' ? whatIfState(run, ASKED) : runState(run);
};
const probe = (status: RunStatus) => {
  const run: Run = { ...RUN, kind: 'probe', versions: [], status };
  return status === 'succeeded' ? probeState(run, PROBED) : runState(run);
};
const asked = (status: ApprovalStatus) => approvalState({ ...APPROVAL, status });

const RUNS: readonly RunStatus[] = ['queued', 'running', 'succeeded', 'failed', 'cancelled'];
const REQUESTS: readonly ApprovalStatus[] = [
  ...(['checking', 'open', 'refused', 'approved', 'rejected', 'expired'] as const),
];

/** Every kind of card that is posted, made by the functions that make the real ones, and a form. */
export function cardSamples(): Samples {
  const cards: [string, Card][] = [
    ...RUNS.map((status): [string, Card] => [`training, ${status}`, trained(status).card]),
    ...RUNS.map((status): [string, Card] => [`import, ${status}`, importedSample(status)]),
    ...RUNS.map((status): [string, Card] => [`comparison, ${status}`, compared(status).card]),
    ...RUNS.map((status): [string, Card] => [`what if, ${status}`, whatIf(status).card]),
    ...RUNS.map((status): [string, Card] => [`probe, ${status}`, probe(status).card]),
    ['evaluation', evaluationCard({ version: VERSION, evaluation: EVALUATION, metric: SLICED_BY })],
    ...REQUESTS.map((status): [string, Card] => [`request, ${status}`, asked(status).card]),
    ['vote, to confirm', confirmation(APPROVAL, AT, 'c'.repeat(24)).card],
    ['outcome, rejected', outcomeOf(APPROVAL, 'rejected').card],
    ['outcome, live', outcomeForAll(APPROVAL, outcomeOf(LIVE, 'live'))],
    ['request, switching', approvalState(LIVE).card],
    ['request, live', approvalState({ ...LIVE, confirmedAt: AT }).card],
    ['request, replaced', approvalState(LIVE, 'until v3 replaced it').card],
    ['request, not confirmed', notConfirmed(LIVE, 'The gateway did not answer.').card],
    ['request, does not answer', doesNotAnswer(LIVE, 'The model does not load').card],
    ['request, not deployed', notDeployed(APPROVAL, 'The artifact is gone.').card],
    ...alertSamples(),
    [
      'rollback, under way',
      rollingBack({ ...WHERE, from: 2, to: 1, by: 'dev', reason: 'worse' }).card,
    ],
    [
      'rollback, done',
      rolledBack({ ...DEPLOYMENT, version: 1 }, DEPLOYMENT, { confirmed: true }).card,
    ],
    ['rollback, not confirmed', rolledBackUnheard(DEPLOYMENT).card],
    ['rollback, failed', rollbackFailed('flights', 'Nothing is live.').card],
    [
      'out of service',
      undeployed({ deployment: DEPLOYMENT, by: 'dev', reason: 'broken', at: AT }, true).card,
    ],
    [
      'proposal',
      proposalState(PROPOSAL, proposedCall(PROPOSAL, ['model']), { byId: () => undefined }).card,
    ],
    [
      'quarantine',
      quarantined(
        {
          ...WHERE,
          deployment: DEPLOYMENT.id,
          version: 2,
          artifact: HASH,
          fault: 'hung',
          words: 'It did not answer.',
          at: AT,
        },
        1,
        RUN.id,
      ).card,
    ],
    [
      'monitor, too few rows',
      silent({ ...WHERE, version: 2, monitor: MONITOR, windows: [{ window: WINDOW, rows: 12 }] })
        .card,
    ],
    ['monitor, still learning', learning({ ...WHERE, monitor: MONITOR }, 2, 'Train longer.').card],
    ['monitor, has learned enough', learnt({ ...WHERE, monitor: MONITOR }, WINDOW).card],
    ['monitor, enough rows again', heard({ ...WHERE, monitor: MONITOR }, WINDOW).card],
    [
      'prediction log, disk full',
      logState({ ...WHERE, begun: AT, ended: AT, why: 'The disk is full.', dropped: 3 }).card,
    ],
    [
      'prediction log, again',
      logState({ ...WHERE, begun: AT, ended: AT, why: undefined, dropped: 3 }).card,
    ],
    ['drill, under way', drillState(WHERE).card],
    ['drill, passed', drillState(WHERE, { found: [DRILLED] }).card],
    ['drill, failed', drillState(WHERE, { found: [DRILLED, { ...DRILLED, equal: 198 }] }).card],
    ['drill, not carried out', drillState(WHERE, { error: new Error('no disk') }).card],
    [
      'explanation',
      explanationCard({
        prediction: {
          ...{ ...WHERE, id: 'req-7k2f/0', version: 2, time: AT, answer: 0.83 },
          features: { distance: 850, carrier: 'AA', wind: null },
        },
        ...{ version: VERSION, evaluation: EVALUATION, deployment: DEPLOYMENT, approval: APPROVAL },
        ticket: { id: 'ticket-7k2f9qab', issuedAt: AT },
      }),
    ],
    ...targetSamples(),
    ...webhookSamples(),
    ...queueSamples(),
    ...subscriptionSamples(),
    ...dataSamples(),
    ...rolloutSamples(),
    ['history', historyCard('flights', [PERIOD])],
    ['live versions at a moment', pastCard(AT, [{ ...WHERE, live: PERIOD }])],
    [
      'audit log',
      auditCard(
        [
          {
            ...HEAD,
            id: 'e',
            by: 'dev',
            action: 'run.cancel',
            subject: RUN.id,
            via: 'slack',
            at: AT,
            previous: HASH,
          },
        ],
        HEAD,
      ),
    ],
    [
      'digest',
      digestState(
        { key: 'day-2026-11-23', kind: 'day', from: WINDOW.from, to: AT },
        { alerts: [ALERT], deployments: [DEPLOYMENT], monitors: [DIGESTED] },
        (person) => person,
      ).card,
    ],
    [
      'digest, weekly',
      digestState(
        { key: 'week-2026-11-23', kind: 'week', from: WINDOW.from, to: AT },
        { alerts: [ALERT], deployments: [DEPLOYMENT], monitors: [DIGESTED], weeks: [WEEK] },
        (person) => person,
      ).card,
    ],
    ['audit head', headState('2026-11-23', HEAD).card],
  ];
  return { cards, forms: [['train', FORM]] };
}
