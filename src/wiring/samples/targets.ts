import { adoption, askedForRepair, targetProblem, targetSolved } from '../../cards/target.ts';
import type { Card } from '../../core/card.ts';
import { HASH, WHERE } from './things.ts';

const OF = { ...WHERE, target: 'edge' };

const NONE =
  'Observing flights in production at the gateway: none is running. The last report is from serve-5d9c:9410, 2026-11-30 11:58 UTC.';
const NO_SPLIT =
  'Applying flights in production to the target cluster: v8 must get 5% of the requests, and after 600 seconds KServe shows 0%. KServe runs the version and sends it nothing: there is no HTTPRoute flights-production, and without the Gateway API it splits no requests in this mode. It was taken back: the stable version gets all requests.';
const KEPT = 'Removing flights in production from the target edge: edge.example.com answered 503.';

/** What a channel sees of a target. */
export function targetSamples(): [string, Card][] {
  const why = 'Applying flights in production to the target edge: edge.example.com answered 503.';
  return [
    ['target, not applied', targetProblem(OF, { kind: 'failed', why }).card],
    ['target, cannot be observed', targetProblem(OF, { kind: 'unseen', why }).card],
    [
      'target, a split that does not show',
      targetProblem({ ...OF, target: 'cluster' }, { kind: 'given up', why: NO_SPLIT }).card,
    ],
    [
      'target, drift',
      targetProblem(OF, {
        kind: 'drift',
        differences: [
          { what: 'version', wanted: 'v7', observed: 'v6' },
          { what: 'artifact', wanted: HASH, observed: HASH.replaceAll('a', 'b') },
          { what: 'challenger', wanted: 'v8', observed: undefined },
        ],
      }).card,
    ],
    [
      'target, drift of a version that can be adopted',
      targetProblem(OF, {
        ...{ kind: 'drift', adopt: 6 },
        differences: [{ what: 'version', wanted: 'v7', observed: 'v6' }],
      }).card,
    ],
    [
      'target, drift after repairs that were undone',
      targetProblem(OF, {
        ...{ kind: 'drift', undone: 3, by: 'edge-controller' },
        differences: [{ what: 'marked', wanted: 'v7', observed: 'v6' }],
      }).card,
    ],
    ['target, a repair is asked for', askedForRepair('Dev')],
    [
      'gateway, a straggler',
      targetProblem(
        { ...OF, target: 'gateway' },
        {
          kind: 'drift',
          differences: [
            { what: 'version', wanted: 'v7', observed: 'v6', server: 'serve-5d9c:9410' },
          ],
        },
      ).card,
    ],
    [
      'gateway, none is running',
      targetProblem({ ...OF, target: 'gateway' }, { kind: 'unseen', why: NONE }).card,
    ],
    ['target, not removed', targetProblem(OF, { kind: 'kept', why: KEPT }).card],
    ['target, removed', targetSolved(OF, 'removed').card],
    ['target, adopted by a request', adoption(OF, 6)],
    ['target, applied after all', targetSolved(OF, 'applied').card],
    ['target, in order again', targetSolved(OF, 'synced').card],
  ];
}
