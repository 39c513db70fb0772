import { millis, whole } from '../numbers.ts';
import type { RollbackResult } from '../rollback.ts';
import type { RolloutBenchResult } from '../rollout.ts';
import type { Row } from '../table.ts';

const ROLLBACK_MS = 1000;
/** Of the p99 of /rollback to the first answer. */
const RESTORED_MS = 500;
/** A look, which is every five seconds, and the second in which counts are told. */
const JUDGED_SECONDS = 6;
/** The p99 of the stable version beside a rollout, compared with none. */
const UNDISTURBED = 1.2;

export function rollbackRows({ median, max, requests }: RollbackResult): Row[] {
  const { sent, failed, perSecond, p99 } = requests;
  const within = (ms: number) => ({ words: `< ${ROLLBACK_MS} ms`, met: ms < ROLLBACK_MS });
  return [
    { what: '/rollback to first answer, p50', ours: millis(median), aim: within(median) },
    { what: '/rollback to first answer, max', ours: millis(max), aim: within(max) },
    {
      what: `failed of ${whole(sent)} requests at ${perSecond}/s`,
      ours: whole(failed),
      aim: { words: '0', met: failed === 0 },
    },
    { what: 'answer meanwhile, p99', ours: millis(p99) },
  ];
}

export function rolloutRows(result: RolloutBenchResult): Row[] {
  const { promoted, bad, ended, rollbacks, requests, p99, beside } = result;
  const { sent, failed, perSecond, reached } = requests;
  const within = (ms: number) => ({ words: `< ${RESTORED_MS} ms`, met: ms < RESTORED_MS });
  return [
    ...(promoted
      ? [{ what: 'live by its steps of a minute each', ours: `${promoted.seconds.toFixed(0)} s` }]
      : []),
    ...bad.map(({ name, seconds }) => ({
      what: `rolled back, ${name}`,
      ours: `${seconds.toFixed(1)} s`,
      aim: { words: `≤ ${JUDGED_SECONDS} s`, met: seconds <= JUDGED_SECONDS },
    })),
    { what: '/rollback of a rollout to its last answer', ours: millis(ended), aim: within(ended) },
    { what: '/rollback to first answer, p50', ours: millis(rollbacks.p50) },
    {
      what: `p99 of ${rollbacks.count}`,
      ours: millis(rollbacks.p99),
      aim: within(rollbacks.p99),
    },
    {
      what: 'predictions a second',
      ours: whole(reached),
      aim: { words: `≥ ${whole(0.99 * perSecond)}`, met: reached >= 0.99 * perSecond },
    },
    {
      what: `failed of ${whole(sent)}`,
      ours: whole(failed),
      aim: { words: '0', met: failed === 0 },
    },
    {
      what: 'answer by the stable version, p99; bare: no rollout',
      ...{ ours: millis(p99.during), bare: millis(p99.quiet), times: p99.ratio },
      aim: { words: `≤ ${UNDISTURBED.toFixed(2)}×`, met: p99.ratio <= UNDISTURBED },
    },
    ...p99.parts.map(({ what, quiet, during, ratio }) => ({
      what: `of it, ${what}`,
      ...{ ours: millis(during), bare: millis(quiet), times: ratio },
    })),
    {
      what: 'answer by the stable version, p99 of the minute in which it happens',
      ...{ ours: millis(p99.minute), bare: millis(p99.quiet), times: p99.minuteRatio },
      aim: { words: `≤ ${UNDISTURBED.toFixed(2)}×`, met: p99.minuteRatio <= UNDISTURBED },
    },
    { what: 'the same with those that a challenger did not answer', ours: millis(p99.all) },
    {
      what: 'no rollout, but as many rows scored beside it, p99',
      ...{ ours: millis(beside.p99), bare: millis(p99.quiet), times: beside.ratio },
    },
  ];
}
