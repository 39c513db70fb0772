import { FIRST_TASK } from '../core/as-trained.ts';
import type { Endpoint } from '../core/endpoint.ts';
import type { Measures, Watched } from '../core/monitor.ts';
import { numbersIn, type PredictionQuestion } from '../core/ports/predictions.ts';
import type { Evaluation } from '../core/ports/versions.ts';
import type { Classes, Task } from '../core/task.ts';

/** A version whose answers can be read and measured. */
export interface Answering {
  endpoint: Endpoint;
  task: Task;
  classes: Classes;
  evaluation: Evaluation;
  /** All of a question but its window. */
  asked: Omit<PredictionQuestion, 'window'>;
}

/** Undefined if the version was not evaluated, or was trained for another task than the model has now. */
export async function openAnswers(
  { environment, model, version }: Watched,
  { versions }: Pick<Measures, 'versions'>,
): Promise<Answering | undefined> {
  const evaluation = await versions.evaluation(`${model.name}@${version}`);
  if (!evaluation) return undefined;
  const trained = await versions.resolve(model.name, String(version));
  const { task } = model;
  if ((trained.task ?? FIRST_TASK) !== task.name) return undefined;
  const classes = trained.classes ?? model.classes ?? [];
  const answer = numbersIn(task.answer);
  if (answer === undefined) return undefined;
  const endpoint = { model: model.name, environment };
  const width = task.answer.width(classes);
  return { endpoint, task, classes, evaluation, asked: { ...endpoint, version, answer, width } };
}
