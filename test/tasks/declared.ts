import type { FeatureSchema } from '../../src/core/model.ts';
import { binary } from '../../src/tasks/binary/index.ts';

/** A yes-or-no model of these features, as what loads or scores one wants it. */
export const asBinary = (features: FeatureSchema) => ({ features, task: binary });

/** Scores of a yes-or-no model, as the log and the gateway take them. */
export const scored = (...answers: number[]) => ({
  ...{ fields: binary.answer.fields, classes: [], answers, rows: answers.length },
});
