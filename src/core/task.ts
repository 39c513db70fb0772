import type { Example } from './example.ts';

/** Names of the classes, in the order of a model's probabilities; empty for a task that has none. */
export type Classes = readonly string[];

/** One number a row: a number itself, or the place of a class among the classes. */
export type Labels = ArrayLike<number>;

/** What a model answered: `width` numbers a row (see `AnswerSpec`), row after row. */
export type Answers = ArrayLike<number>;

/** What one kind of prediction means. All that differs from one kind to the next is in its folder of `src/tasks`. */
export interface Task {
  /** As wheelhouse.yaml says it: `task: regression`. */
  name: string;
  /** What a model of it answers, e.g. `yes or no, as a score from 0 to 1`. */
  summary: string;
  label: LabelSpec;
  answer: AnswerSpec;
  /** What is measured, in the order of tables. For some tasks there are metrics of each class. */
  metrics(classes: Classes): readonly Metric[];
  /**
   * Values by name of metric; undefined where the rows do not define it. Throws RangeError on columns
   * of different lengths, labels that are none, and numbers that are not finite.
   */
  measure(rows: Judged): Record<string, number | undefined>;
  /** What `Metric.improvement` adds up. */
  components(pair: Pair, groups: Groups): Components;
  /** What the labels of some rows are. */
  composition(labels: Labels, classes: Classes): Composition;
  defaults: TaskDefaults;
}

interface TaskDefaults {
  /** Metrics that decide a comparison. */
  primary: readonly string[];
  gates: readonly ChampionGate[];
}

/** A candidate must not be worse, or must be better, than what is live. */
export interface ChampionGate {
  compare: 'champion';
  metric: string;
  require: 'better' | 'not worse';
  margin?: Margin | undefined;
}

/** How much worse still counts as not worse, in the metric's own unit: of every metric, or of each by name. */
export type Margin = number | Readonly<Record<string, number>>;

/** The column `label` of a dataset, and the labels that callers send. */
export interface LabelSpec {
  /** Whether it holds numbers or the names of classes. */
  kind: 'number' | 'class';
  /** The numbers there may be; undefined where any finite one may be, and of classes. */
  values?: readonly number[] | undefined;
  /** What one may be, e.g. `0 or 1`. */
  expected(classes: Classes): string;
  /** Undefined where it is no label. `value` is as JSON or a row has it. */
  read(value: unknown, classes: Classes): number | undefined;
  /** Of classes that nobody declared: those of the rows, in their order. */
  learn?(facts: LabelFacts): Classes;
  /** What is wrong or odd about the column of a dataset, a sentence each. */
  judge(
    facts: LabelFacts,
    rows: number,
    classes: Classes,
  ): { faults: string[]; warnings: string[] };
}

/** What was measured of a column `label`. */
export interface LabelFacts {
  /** As DuckDB calls it, e.g. `DOUBLE` or `VARCHAR`. */
  type: string;
  /** Whether that is text; what is neither text, number nor boolean is `odd`. */
  holds: 'text' | 'number' | 'boolean' | 'odd';
  nulls: Example | undefined;
  /** The one value of all rows that have one. */
  constant: string | undefined;
  /** Rows with a number that `LabelSpec.values` lacks, or with none that is finite. */
  other: Example | undefined;
  /** The most frequent values, at most a few. */
  values: readonly string[];
  /** Of classes: each with its rows, the most frequent first, up to a thousand. */
  classes: readonly (Example & { value: string })[];
}

/** An output as an ONNX file declares it. */
export interface OutputValue {
  name: string;
  type:
    | {
        kind: 'tensor';
        element: string;
        shape: readonly (number | string | undefined)[] | undefined;
      }
    | { kind: 'sequence' | 'map' | 'other' };
}

/** Which outputs of a model are read. */
export interface BoundOutputs {
  /** The one that is the answer. */
  answer: string;
  /** The one that names the class itself, where there is one: it is compared with the answer when a version is judged. */
  label?: string | undefined;
}

/** Something that has to be mended before a model can be used, and how. */
export interface TaskFault {
  what: string;
  next: string;
}

/** What a model gives for a row. */
export interface AnswerSpec {
  /** As in `no usable score`. */
  noun: string;
  /** What each must be, e.g. `a number from 0 to 1`. */
  expected: string;
  /** How many numbers it is. */
  width(classes: Classes): number;
  /** Which outputs of an ONNX file to read, or why none will do. */
  bind(
    outputs: readonly OutputValue[],
    classes: Classes,
  ): { outputs?: BoundOutputs; faults: readonly TaskFault[] };
  /** The answers in the floats of that output; undefined where they are not as many as they must be. */
  read(data: Float32Array | Float64Array, rows: number, classes: Classes): Answers | undefined;
  /** Why an answer is not usable, e.g. `NaN, not a finite number`; undefined where it is. */
  fault(answers: Answers, row: number, classes: Classes): string | undefined;
  /**
   * What is wrong where the model names the class itself (`BoundOutputs.label`) and its answers say another,
   * e.g. because their columns are in another order than the classes. `named` is one value a row.
   */
  contradiction?(answers: Answers, named: ArrayLike<unknown>, classes: Classes): string | undefined;
  /** As callers get it and as it is logged. */
  fields: readonly AnswerField[];
}

/** A part of an answer, by the name under which callers get it, and the log keeps it. */
export interface AnswerField {
  name: 'score' | 'value' | 'class' | 'probabilities';
  /** As the Open Inference Protocol calls it. */
  datatype: 'FP32' | 'BYTES';
  width(classes: Classes): number;
  /** How it is profiled, for monitors; undefined where it is not. */
  profiled?: 'number' | 'category';
  of(answers: Answers, row: number, classes: Classes): number | string | readonly number[];
}

/** Labelled rows and what a model answered to them. */
interface Judged {
  labels: Labels;
  answers: Answers;
  classes: Classes;
}

/** Labelled rows and what two models answered to them. */
export interface Pair {
  labels: Labels;
  champion: Answers;
  challenger: Answers;
  classes: Classes;
  /** What the rows belong to, where rows of one entity resemble each other: one value a row. */
  entities?: ArrayLike<string | number> | undefined;
}

/** What the rows belong to, numbered densely from 0. */
export interface Groups {
  of: Int32Array;
  count: number;
}

/** `width` stretches, each one number for every group. */
export interface Components {
  parts: Float64Array;
  width: number;
}

/** What a metric is: whoever shows or bounds it needs no more. */
export interface MetricShape {
  /** As evaluations keep it, e.g. `logLoss`. */
  name: string;
  /** As people write it at the head of a sentence, e.g. `Log loss`. */
  words: string;
  higherIsBetter: boolean;
  /** The label's own, or none. */
  unit: 'label' | undefined;
  /** What it can be; undefined where nothing bounds it. */
  min: number | undefined;
  max: number | undefined;
  /** The margin unless one is said, in the metric's unit, or as a share of the champion's value. */
  margin: { absolute: number } | { share: number };
}

export interface Metric extends MetricShape {
  /**
   * Challenger against champion by the sums of the components over drawn groups. Positive means that the
   * challenger is better. Undefined where the draw does not define it.
   */
  improvement?(sums: Float64Array): number | undefined;
  /** The same for what is no function of sums: prepared once, then asked with how often each group was drawn. */
  drawn?(pair: Pair, groups: Groups): (times: Int32Array) => number | undefined;
  /** The interval and p in closed form, where there is one, instead of by drawing. */
  exact?(pair: Pair): Chance | undefined;
  /** A p in closed form beside an interval that is drawn. */
  exactP?(pair: Pair): number | undefined;
}

/** A 95% interval of the improvement and the two-sided p of none. */
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

/** A task, checked where it is defined. */
export const defineTask = (task: Task): Task => task;
