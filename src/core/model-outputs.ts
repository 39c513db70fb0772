/** An output as declared in an ONNX file. */
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
  /** The output with the answer. */
  answer: string;
  /**
   * The output that names the class, if there is one: it is compared with the answer when a version is
   * evaluated.
   */
  label?: string | undefined;
}

/** A problem that must be fixed before a model can be used, and how. */
export interface TaskFault {
  what: string;
  next: string;
}
