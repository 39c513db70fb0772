import { tinyModel } from '../serving/tiny-model.ts';

/** A label that depends on `distance` (0 to 2,000), `carrier` and chance, and models of it. */
interface SmallModel {
  /** SQL over `n`, `distance` and `carrier`. */
  label: string;
  /** `twin` is as good as `strong`; `weak` has no skill. */
  files: Record<'strong' | 'twin' | 'weak', Uint8Array>;
}

/** The longer the distance, the more likely the flight is late. */
const LATE = `CASE WHEN (hash(n) % 1000) / 1000.0 < 1 / (1 + exp(-0.003 * (distance - 1000)))
           THEN 1 ELSE 0 END`;
/** Minutes, from 0 to 78. */
const MINUTES = `10 + 0.03 * distance + 8 * (carrier = 'UA')::INTEGER + (hash(n) % 2000) / 100.0 - 10`;

/** A score of `LATE`. */
const score = (weight: number, bias: number) =>
  tinyModel({
    weights: { distance: weight },
    categories: { carrier: { AA: 0.01, UA: -0.01 } },
    bias,
  });

const value = (weight: number, bias: number) =>
  tinyModel({
    weights: { distance: weight },
    categories: { carrier: { AA: 0, UA: 8 } },
    ...{ bias, link: 'Identity', output: 'value' },
  });

/** Logits of the classes below, in order. Two classes are equal at each of the two limits. */
const probabilities = (turn: 1 | -1, shift = 0) =>
  tinyModel({
    weights: { distance: [0, 0.009 * turn, 0.018 * turn] },
    categories: { carrier: { AA: -1.2 * turn, UA: 1.2 * turn } },
    bias: [0, -4.8 * turn + shift, -17.1 * turn + shift],
    ...{ link: 'Softmax', output: 'probabilities' },
  });

export const CLASSES = ['early', 'late', 'very late'];

/** By task. */
export const SMALL_MODELS = {
  binary: {
    label: LATE,
    files: { strong: score(0.003, -3), twin: score(0.003, -3.05), weak: score(-0.003, 3) },
  },
  regression: {
    label: MINUTES,
    files: { strong: value(0.03, 10), twin: value(0.03, 10.1), weak: value(-0.03, 70) },
  },
  multiclass: {
    label: `CASE WHEN ${MINUTES} < 30 THEN 'early' WHEN ${MINUTES} < 55 THEN 'late' ELSE 'very late' END`,
    files: {
      ...{ strong: probabilities(1), twin: probabilities(1, 0.02), weak: probabilities(-1) },
    },
  },
} as const satisfies Record<string, SmallModel>;

export type SmallTask = keyof typeof SMALL_MODELS;
