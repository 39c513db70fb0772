import { LATENCY_BINS, latencyBinEnd, laterBin } from '../../core/latency.ts';
import {
  type ArmTally,
  binStart,
  type RuledMetric,
  type Tally,
  thresholdsOf,
} from '../../core/rollout.ts';
import { type Arms, type Sums, shareOf } from './sums.ts';

export interface Observed {
  tally: Tally;
  /** Percent. */
  weight: number;
  shadow: boolean;
  /** Losses from 0 to 1 of the labelled rows of each version. */
  losses?: Arms | undefined;
  answer: { kind: 'score' | 'value' | 'probabilities'; classes: readonly string[] };
}

/** What a metric compares: at one threshold or at several, of which the worst counts. */
export interface Compared {
  candidates: readonly { arms: Arms; where?: string }[];
  /** How many there could have been, fixed before the data: they share the error. */
  thresholds: number;
  /** It need not be measured to pass. */
  optional: boolean;
}

/** Every second bin: thresholds that are 19% apart. */
const LATENCY_STRIDE = 2;
const LATENCY_EDGES = Array.from(
  { length: LATENCY_BINS / LATENCY_STRIDE },
  (_, at) => at * LATENCY_STRIDE,
);
/**
 * The same model takes longer in a process that is asked less often, as the challenger's is: some hundredths of a
 * millisecond, which is a lot of a model that takes so long. From 2.3 ms on, this is less than half a bin.
 */
const PROCESS_MS = 0.1;
/** Of the share of requests that the stable version decides differently from itself. */
const CERTAIN: Sums = shareOf(1e9, 0);

export function compared(metric: RuledMetric, observed: Observed): Compared {
  return COMPARED[metric](observed);
}

const COMPARED: Readonly<Record<RuledMetric, (observed: Observed) => Compared>> = {
  errors: ({ tally: { stable, challenger } }) => ({
    candidates: [
      {
        arms: {
          stable: shareOf(stable.requests, stable.failures),
          challenger: shareOf(challenger.requests, challenger.failures),
        },
      },
    ],
    thresholds: 1,
    optional: false,
  }),

  latency({ tally: { stable, challenger } }) {
    const [slow, usual] = [above(challenger.times), above(stable.times)];
    const candidates = LATENCY_EDGES.map((edge) => {
      const later = laterBin(edge, PROCESS_MS);
      return {
        arms: { stable: usual(edge), challenger: slow(later) },
        where: `longer than ${Number(latencyBinEnd(later).toPrecision(2))} ms`,
      };
    });
    return { candidates, thresholds: candidates.length, optional: false };
  },

  answers({ tally: { stable, challenger }, answer: { kind, classes } }) {
    const bins = [...new Set([...stable.answers, ...challenger.answers].map(([bin]) => bin))];
    const count = kind === 'probabilities' ? within : above;
    const [now, before] = [count(challenger.answers), count(stable.answers)];
    const candidates = bins.flatMap((bin) => {
      const arms = { stable: before(bin), challenger: now(bin) };
      const [more, fewer] = wordsOf(kind, classes, bin);
      // Fewer is as much of a change as more.
      const others = { stable: rest(arms.stable), challenger: rest(arms.challenger) };
      return [
        { arms, where: more },
        { arms: others, where: fewer },
      ];
    });
    const empty = { arms: { stable: shareOf(0, 0), challenger: shareOf(0, 0) } };
    return {
      candidates: candidates.length > 0 ? candidates : [empty],
      thresholds: 2 * thresholdsOf(kind, classes.length),
      optional: false,
    };
  },

  flipped({ tally: { shadow } }) {
    // The stable version agrees with itself: that is known, not measured.
    const arms = { stable: CERTAIN, challenger: shareOf(shadow.requests, shadow.flipped) };
    return { candidates: [{ arms }], thresholds: 1, optional: true };
  },

  performance: ({ losses }) => ({
    candidates: losses ? [{ arms: losses }] : [],
    thresholds: 1,
    optional: true,
  }),
};

function wordsOf(
  kind: Observed['answer']['kind'],
  classes: readonly string[],
  bin: number,
): [more: string, fewer: string] {
  if (kind === 'probabilities') {
    const name = classes[bin] ?? String(bin);
    return [`more answers ${name}`, `fewer answers ${name}`];
  }
  const value = Number(binStart(kind, bin + 1).toPrecision(3));
  return [`more answers above ${value}`, `fewer answers above ${value}`];
}

type Counts = ArmTally['answers'];

const total = (counts: Counts): number => counts.reduce((sum, [, count]) => sum + count, 0);

const above = (counts: Counts) => {
  const n = total(counts);
  return (edge: number): Sums => shareOf(n, total(counts.filter(([bin]) => bin > edge)));
};

const within = (counts: Counts) => {
  const n = total(counts);
  return (of: number): Sums => shareOf(n, total(counts.filter(([bin]) => bin === of)));
};

const rest = ({ n, sum }: Sums): Sums => shareOf(n, n - sum);
