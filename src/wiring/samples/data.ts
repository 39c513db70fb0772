import { arrivalState, arrivalsCard, sourceState, unreadableState } from '../../cards/arrival.ts';
import { concludedCard, heldState, noPolicyCard, policyCard } from '../../cards/retraining.ts';
import type { Card } from '../../core/card.ts';
import type { Arrival, Sighting } from '../../core/ports/arrivals.ts';
import type { RetrainPolicy } from '../../core/retrain-policy.ts';
import type { RetrainOutcome, TriggerRuling } from '../../core/retraining.ts';
import { tasks } from '../../tasks/index.ts';
import { pipelineSamples } from './pipeline.ts';
import { AT, HASH, RUN, WINDOW } from './things.ts';

export const ARRIVAL: Arrival = {
  ...{ id: 'arrival-3k9x2m7q', model: 'flights', source: 'monthly', sha256: HASH, bytes: 412_008 },
  ...{ name: 'arrivals/2001-07.parquet', rows: 18_204, columns: [], times: WINDOW, at: AT },
  status: 'quarantined',
  checks: [
    { name: 'schema', status: 'note', problems: [{ kind: 'new column', column: 'gate' }] },
    { name: 'volume', status: 'ok', problems: [] },
    {
      ...{ name: 'drift', status: 'bad' },
      problems: [{ kind: 'drift', column: 'recent_lateness', psi: 6.21, version: 2 }],
    },
  ],
};
const SIGHTING: Sighting = {
  ...{ model: 'flights', source: 'monthly', name: 'arrivals/2001-08.parquet', bytes: 17 },
  ...{ modified: 0, look: 'one', since: AT },
};

const POLICY: RetrainPolicy = {
  ...{ owner: 'dev', to: 'production', budget: { trainings: 3, minutes: 240 } },
  triggers: [
    { on: 'data', rows: 10_000, coolDownMs: 86_400_000, minGain: 0.002, result: 'propose' },
  ],
};
const DUE: TriggerRuling = {
  ...{ on: 'data', status: 'met', figure: 12_400, threshold: 10_000, unit: 'rows', key: 'v3' },
};
const OUTCOMES: readonly RetrainOutcome[] = [
  { kind: 'proposed', version: 4, approval: 'approval-7k2f9qab', gain: 0.012 },
  { kind: 'too little gain', version: 4, champion: 3, gain: -0.001, metric: 'auc' },
  { kind: 'not proposed', version: 4, why: 'Dev no longer has the operator role in production.' },
  { kind: 'nothing', version: 4 },
  { kind: 'failed' },
];

/** New data, retraining and pipelines. */
export function dataSamples(): [string, Card][] {
  const spec = { task: tasks[0], evaluation: { days: 14, primary: ['auc'] } };
  const shown = { policy: POLICY, since: 3, trainings: [], spent: { trainings: 1, minutes: 12 } };
  return [
    ['new data, in quarantine', arrivalState(ARRIVAL).card],
    [
      'new data, decided',
      arrivalState({
        ...ARRIVAL,
        ...{ status: 'accepted', decision: { by: 'dev', why: 'a holiday', at: AT } },
      }).card,
    ],
    ['new data, unreadable', unreadableState(SIGHTING, 'It is not a Parquet file.').card],
    ['new data, no folder', sourceState(SIGHTING, 'There is no folder /new.').card],
    ['new data, listed', arrivalsCard('flights', [ARRIVAL])],
    [
      'policy',
      policyCard('flights', {
        ...shown,
        ruling: { triggers: [DUE], train: false, waits: { why: 'cooling down' }, until: AT },
      }),
    ],
    ['policy, none', noPolicyCard('flights')],
    ['policy, held', heldState('flights', { trigger: DUE, since: 3 }, 'it is on hold').card],
    ...OUTCOMES.map((outcome): [string, Card] => [
      `policy, ${outcome.kind}`,
      concludedCard(outcome, { run: RUN, policy: POLICY, spec }),
    ]),
    ...pipelineSamples(),
  ];
}
