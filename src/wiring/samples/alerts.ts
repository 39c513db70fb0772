import { alertState } from '../../cards/alert.ts';
import {
  began,
  escalated,
  fineAgain,
  foundToo,
  lossOver,
  lossToo,
  over,
  rolledBackStill,
  turned,
} from '../../cards/alert-milestones.ts';
import { alertWhy } from '../../cards/alert-why.ts';
import { handedOverCard, onCallCard, takenBackCard } from '../../cards/on-call.ts';
import { probed } from '../../cards/probe.ts';
import { runbookCard } from '../../cards/runbook.ts';
import type { Card } from '../../core/card.ts';
import type { Alert } from '../../core/ports/alerts.ts';
import {
  ALERT,
  AT,
  DEPLOYMENT,
  ONCALL,
  PART,
  PROBE,
  REPORT,
  RUN,
  SHARED,
  TURN,
  WINDOW,
} from './things.ts';

const ALERTS: readonly Alert['status'][] = ['open', 'acknowledged', 'resolved'];

/** An alert, what its thread is told, and what to do about it. */
export function alertSamples(): [string, Card][] {
  return [
    ...ALERTS.map((status): [string, Card] => [
      `alert, ${status}`,
      alertState({ ...ALERT, status }, REPORT).card,
    ]),
    [
      'alert, snoozed',
      alertState({ ...ALERT, snooze: { by: 'dev', at: AT, until: AT } }, REPORT).card,
    ],
    ['alert, with a runbook', alertState(ALERT, REPORT, undefined, 'Look at the feed.').card],
    ['runbooks', runbookCard(ALERT, { drift: 'Look at the feed.' })],
    ['runbook', runbookCard(ALERT, { drift: 'Look at the feed.' }, 'drift')],
    ['alert, probed', alertState({ ...ALERT, grade: 'harm', probe: PROBE }, REPORT).card],
    ['alert, result of a probe', probed(ALERT, PROBE)],
    ['alert, failed probe', probed(ALERT, { run: RUN.id, at: AT, fault: 'Too few labels.' })],
    ['alert, why', alertWhy(ALERT, REPORT, [DEPLOYMENT])],
    ['alert, escalated', escalated(ALERT, ONCALL, 1_800_000)],
    ['on call', onCallCard([{ ...ALERT, oncall: { ...ONCALL, until: AT }, usually: 'Lena' }])],
    ['on call, handed over', handedOverCard([ALERT], ONCALL, { by: 'Dev', until: AT })],
    ['on call, back', takenBackCard([ALERT], ['Lena'])],
    ['alert, began', began(ALERT)],
    ['alert, of several monitors', alertState(SHARED, REPORT).card],
    ['alert, found by another monitor', foundToo(PART, REPORT)],
    ['alert, fine for one monitor', fineAgain(SHARED, PART, REPORT)],
    ['alert, a loss joined', lossToo(SHARED, REPORT)],
    ['alert, a joined loss is over', lossOver(SHARED, REPORT)],
    ['alert, worse', turned(TURN, REPORT, WINDOW)],
    ['alert, better', turned({ ...TURN, kind: 'better', joined: [] }, REPORT, WINDOW)],
    ['alert, rolled back', rolledBackStill(ALERT, REPORT)],
    ['alert, over', over(ALERT, REPORT)],
  ];
}
