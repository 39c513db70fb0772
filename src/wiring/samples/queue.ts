import { queueCard } from '../../cards/queue.ts';
import { trainingState } from '../../cards/run.ts';
import type { Card } from '../../core/card.ts';
import type { Run } from '../../core/ports/runs.ts';
import { AT, RUN } from './things.ts';

const WAITING: Run = { ...RUN, status: 'queued', stage: '', share: 0, engine: 'process' };

/** What runs and waits, and a training that waits. */
export function queueSamples(): [string, Card][] {
  return [
    [
      'queue',
      queueCard(
        [
          { run: RUN, engine: 'process' },
          { run: WAITING, engine: 'process', ahead: 0 },
          { run: WAITING, engine: 'process', ahead: 1 },
        ],
        new Date(AT.getTime() + 90_000),
      ),
    ],
    ['queue, empty', queueCard([], AT)],
    ['training, waiting', trainingState(WAITING, undefined, 2).card],
  ];
}
