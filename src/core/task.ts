import type { Calibration, Cost, Curve, Decision, EvaluationReport } from './evaluation-report.ts';
import type { Example } from './example.ts';
import type { BoundOutputs, OutputValue, TaskFault } from './model-outputs.ts';

/** Names of the classes, in the order of a model's probabilities; empty for a task without classes. */
export type Classes = readonly string[];

/** One number per row: a number, or the index of a class. */
export type Labels = ArrayLike<number>;

/** A model's answers: `width` numbers per row (see `AnswerSpec`), row by row. */
export type Answers = ArrayLike<number>;

/** One kind of prediction. Everything that differs between kinds is in its folder in `src/tasks`. */
export interface Task {
  /** As in wheelhouse.yaml: `task: regression`. */
  name: string;
  /** What its models answer, e.g. `yes or no, as a score from 0 to 1`. */
  summary: string;
  label: LabelSpec;
  answer: AnswerSpec;
  /** Its metrics, in the order of tables. Some tasks have metrics for each class. */
  metrics(classes: Classes): readonly Metric[];
  /**
   * Values by name of metric; undefined if the rows do not define it. Throws RangeError on columns of
   * different lengths, invalid labels, and non-finite numbers.
   */
  measure(rows: Judged): Record<string, number | undefined>;
  /** The components that `Metric.improvement` adds up. */
  components(pair: Pair, groups: Groups): Components;
  /** What a prediction and its outcome are when calibration is measured: probabilities, or numbers. */
  calibrated?: {
    kind: Calibration['of'];
    of(rows: Judged, row: number): { predicted: number; actual: number };
  };
  /** The decision that an answer stands for, as a number; undefined for a task without decisions. */
  decided?(rows: Pick<Judged, 'answers' | 'classes'>, row: number): number;
  /** Which errors it makes. */
  errors?(rows: Judged): Pick<EvaluationReport, 'confusion' | 'residuals'>;
  /** How well its scores order rows. */
  curves?(rows: Judged): Curve[];
  /** From which score on to answer yes if errors cost this much. */
  decision?(rows: Judged, cost: Cost): Decision;
  /** Describes the labels of some rows. */
  composition(labels: Labels, classes: Classes): Composition;
  defaults: TaskDefaults;
}

interface TaskDefaults {
  /** Metrics that decide a comparison. */
  primary: readonly string[];
  /** The metric with a `loss` that monitors of performance watch; the first one if none is named. */
  watched?: string;
  gates: readonly ChampionGate[];
}

/** Compared with the live version, a candidate must not be worse, or must be better: as the file has it. */
interface ChampionGate {
  compare: 'champion';
  metric: string;
  require: 'better' | 'not worse';
  margin?: Margin | undefined;
}

/**
 * How much worse still counts as not worse, in the metric's own unit: for all metrics, or for each by name.
 */
export type Margin = number | Readonly<Record<string, number>>;

/** The column `label` of a dataset, and the labels that callers send. */
export interface LabelSpec {
  /** Whether it contains numbers or names of classes. */
  kind: 'number' | 'class';
  /** The allowed numbers; undefined if any finite number is allowed, and for classes. */
  values?: readonly number[] | undefined;
  /** Describes a valid value, e.g. `0 or 1`. */
  expected(classes: Classes): string;
  /** Undefined if it is not a valid label. `value` is as in JSON or in a row. */
  read(value: unknown, classes: Classes): number | undefined;
  /** For classes that are not declared: those of the rows, in their order. */
  learn?(facts: LabelFacts): Classes;
  /** Errors or oddities of the column in a dataset, one sentence each. */
  judge(
    facts: LabelFacts,
    rows: number,
    classes: Classes,
  ): { faults: string[]; warnings: string[] };
}

/** What was measured about a column `label`. */
export interface LabelFacts {
  /** DuckDB's type, e.g. `DOUBLE` or `VARCHAR`. */
  type: string;
  /** Whether that is text; a type that is neither text, number nor boolean is `odd`. */
  holds: 'text' | 'number' | 'boolean' | 'odd';
  nulls: Example | undefined;
  /** The value, if all rows with a value have the same one. */
  constant: string | undefined;
  /** Rows with a number that is not in `LabelSpec.values`, or is not finite. */
  other: Example | undefined;
  /** The most frequent values, at most a few. */
  values: readonly string[];
  /** For classes: each with its number of rows, the most frequent first, up to a thousand. */
  classes: readonly (Example & { value: string })[];
}

/** What a model answers for a row. */
export interface AnswerSpec {
  /** As in `no usable score`. */
  noun: string;
  /** Describes a valid value, e.g. `a number from 0 to 1`. */
  expected: string;
  /** How many numbers it consists of. */
  width(classes: Classes): number;
  /** Which outputs of an ONNX file to read, or why none is suitable. */
  bind(
    outputs: readonly OutputValue[],
    classes: Classes,
  ): { outputs?: BoundOutputs; faults: readonly TaskFault[] };
  /** The answers in the floats of that output; undefined if their number is wrong. */
  read(data: Float32Array | Float64Array, rows: number, classes: Classes): Answers | undefined;
  /** Why an answer is not usable, e.g. `NaN, not a finite number`; undefined if it is usable. */
  fault(answers: Answers, row: number, classes: Classes): string | undefined;
  /**
   * What is wrong if the model also names the class (`BoundOutputs.label`) and its answers give another one,
   * e.g. because their columns are not in the order of the classes. `named` has one value per row.
   */
  contradiction?(answers: Answers, named: ArrayLike<unknown>, classes: Classes): string | undefined;
  /** As callers receive it and as it is logged. */
  fields: readonly AnswerField[];
}

/** A part of an answer, by the name that callers and the log use. */
export interface AnswerField {
  name: 'score' | 'value' | 'class' | 'probabilities';
  /** The Open Inference Protocol's name for it. */
  datatype: 'FP32' | 'BYTES';
  width(classes: Classes): number;
  /** How it is profiled for monitors; undefined if it is not. */
  profiled?: 'number' | 'category';
  of(answers: Answers, row: number, classes: Classes): number | string | readonly number[];
}

/** Labelled rows and a model's answers to them. */
export interface Judged {
  labels: Labels;
  answers: Answers;
  classes: Classes;
}

/** Labelled rows and two models' answers to them. */
export interface Pair {
  labels: Labels;
  champion: Answers;
  challenger: Answers;
  classes: Classes;
  /** The entity of each row, if rows of one entity are similar: one value per row. */
  entities?: ArrayLike<string | number> | undefined;
}

/** The group of each row, numbered densely from 0. */
export interface Groups {
  of: Int32Array;
  count: number;
}

/** `width` stretches, each with one number for every group. */
export interface Components {
  parts: Float64Array;
  width: number;
}

/** A metric, as far as code that shows or bounds it needs to know. */
export interface MetricShape {
  /** As stored by evaluations, e.g. `logLoss`. */
  name: string;
  /** As written at the start of a sentence, e.g. `Log loss`. */
  words: string;
  higherIsBetter: boolean;
  /** The label's own unit, or none. */
  unit: 'label' | undefined;
  /** Its range; undefined if it is unbounded. */
  min: number | undefined;
  max: number | undefined;
  /** The default margin, in the metric's unit, or as a share of the champion's value. */
  margin: { absolute: number } | { share: number };
}

export interface Metric extends MetricShape {
  /**
   * The challenger compared with the champion, from the sums of the components over drawn groups. Positive
   * means that the challenger is better. Undefined if the draw does not define it.
   */
  improvement?(sums: Float64Array): number | undefined;
  /**
   * The same for metrics that are not a function of sums: prepared once, then called with how often each
   * group was drawn.
   */
  drawn?(pair: Pair, groups: Groups): (times: Int32Array) => number | undefined;
  /** The interval and p in closed form, if there is one, instead of by bootstrap. */
  exact?(pair: Pair): Chance | undefined;
  /** A p in closed form, with an interval from the bootstrap. */
  exactP?(pair: Pair): number | undefined;
  /**
   * For a metric that is a mean over rows. Only a mean can be bounded while labels arrive, so no other metric raises
   * an alarm.
   */
  loss?: RowLoss;
}

/** The loss of a row, from 0. Its mean is the metric, or 1 minus the metric if higher is better. */
export interface RowLoss {
  of(rows: Judged, row: number): number;
  /** A larger loss counts as this. Undefined if it depends on the unit of the label. */
  most: number | undefined;
}

/** A 95% interval of the improvement, and the two-sided p for no improvement. */
export interface Chance {
  low: number;
  high: number;
  p: number;
}

export interface Composition {
  /** The end of a sentence about the rows, e.g. `3,922 of them positive`. */
  words: string;
  figures: Readonly<Record<string, number>>;
}

/** A task, validated where it is defined. */
export const defineTask = (task: Task): Task => task;
