import type { FeatureSchema } from '../../src/core/model.ts';
import { binary } from '../../src/tasks/binary/index.ts';

/** A binary model of these features, in the form that loading and scoring need. */
export const asBinary = (features: FeatureSchema) => ({ features, task: binary });

/** Scores of a binary model, in the form of the log and the gateway. */
export const scored = (...answers: number[]) => ({
  ...{ fields: binary.answer.fields, classes: [], answers, rows: answers.length },
});
