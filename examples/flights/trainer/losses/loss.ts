/** The labels of the training rows as a loss reads them. */
export interface Target {
  /** One a row: 0 or 1, a quantity, or the index of a class. */
  values: Float64Array;
  /** What the indices stand for; empty where the labels are numbers. */
  classes: readonly string[];
}

/** First and second derivatives of the loss by one raw score, one a row. */
export interface Derivatives {
  gradients: Float64Array;
  hessians: Float64Array;
}

/** What turns the raw scores `[n, outputs]` of an ONNX graph into its outputs. */
interface Head {
  nodes: object[];
  outputs: object[];
}

/**
 * What the trees are fitted to. Everything that differs between kinds of labels is behind this: the
 * trees only ever see derivatives. A row has one raw score, or one for each class.
 */
export interface Loss {
  /** The type as which the column `label` is read. */
  label: 'DOUBLE' | 'VARCHAR';
  /**
   * @throws Unusable naming the first label that does not fit. `classes` is their order where it is
   * declared.
   */
  target(labels: readonly unknown[], classes?: readonly string[]): Target;
  /** The raw scores before the first tree, the same for every row. */
  start(target: Target): number[];
  /** Fills in the derivatives at the raw scores, `[output][row]`. */
  derive(raw: readonly Float64Array[], target: Target, into: readonly Derivatives[]): void;
  /** What a category is replaced by the mean of: one column for each. */
  indicators(target: Target): Float64Array[];
  /** Raw scores to answers, in place and both `[output][row]`. */
  answer(raw: readonly Float64Array[]): void;
  /** What its numbers are called: one name for each output. */
  columns(classes: readonly string[]): readonly string[];
  metrics(answers: readonly Float64Array[], target: Target): Record<string, number>;
  /** Reads the value `from` of the graph. */
  head(from: string, classes: readonly string[]): Head;
}
