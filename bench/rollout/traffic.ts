import { isChallengers, seedOf } from '../../src/serving/challenger/routing.ts';
import { type Answered, type Load, startLoad } from '../load.ts';
import { WEIGHT } from './versions.ts';

/** What was answered while one thing went on. */
export interface Phase {
  /** Milliseconds of the requests that are the stable version's turn; without a rollout, of all. */
  stable: number[];
  /** Of all requests, also of those that waited for a challenger in vain. */
  all: number[];
  /** `performance.now()` of each version's last answer. */
  last: Map<string, number>;
}

export interface Traffic extends Load {
  /** What is answered from now on is a phase of its own. */
  begin(): Phase;
  /** The one that goes on. */
  phase(): Phase;
  /** From now on, some of the requests are this challenger's turn. */
  rollout(deployment: string): void;
}

/** A steady load of which each answer belongs to a phase. */
export function startTraffic(url: string, body: object, perSecond: number): Traffic {
  let phase: Phase = { stable: [], all: [], last: new Map() };
  let seed: number | undefined;
  const heard = ({ id, ms, version }: Answered) => {
    phase.all.push(ms);
    phase.last.set(version, performance.now());
    if (seed === undefined || !isChallengers(id, seed, WEIGHT)) phase.stable.push(ms);
  };
  return {
    ...startLoad({ url, body, perSecond, heard }),
    begin() {
      seed = undefined;
      phase = { stable: [], all: [], last: new Map() };
      return phase;
    },
    phase: () => phase,
    rollout(deployment) {
      seed = seedOf(deployment);
    },
  };
}
