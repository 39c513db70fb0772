import { BadInput, NotFound } from '../../core/errors.ts';
import { metricName, writtenMetric } from '../../core/metrics.ts';
import { oneLine } from '../../core/one-line.ts';
import { didYouMean } from '../../core/suggest.ts';
import type { Margin, Task } from '../../core/task.ts';
import type { Tables } from '../../datasets/files/open.ts';
import { type Pairs, readPairs } from '../../datasets/files/pairs.ts';
import { namesIn } from '../../datasets/files/shared-columns.ts';
import { type Comparison, compareAnswers } from '../../evaluation/compare.ts';

interface Asked {
  task: Task;
  label: string;
  score: string;
  key?: string | undefined;
  entity?: string | undefined;
  /** Metrics as people write them: `log_loss`. */
  primary?: readonly string[] | undefined;
  margin?: Margin | undefined;
}

export type ModelsCompared = Comparison &
  Pick<Pairs, 'unusable' | 'unmatched'> & { task: Task; files: string[]; entities: boolean };

/** Compares what two models answered to the same rows of two open files, the champion's first. */
export async function compareModels(opened: Tables, asked: Asked): Promise<ModelsCompared> {
  const { task, label, score, key, entity } = asked;
  const isOfClasses = task.label.kind === 'class';
  const columns = [...(opened.tables[0]?.columns.keys() ?? [])];
  const scores = isOfClasses ? columnsOf(score, columns) : [score];
  const pairs = await readPairs(opened, {
    ...{ label, scores, key, entity, labels: task.label.kind },
  });
  const { unusable, unmatched, champion, challenger, entities } = pairs;
  if (pairs.labels.length === 0)
    throw new BadInput('No row has a label and a score of both models, so nothing was compared.');
  const classes = isOfClasses ? classesOf(scores, score, pairs.labels) : [];
  const labels = pairs.labels.map((value, row) => {
    const read = task.label.read(value, classes);
    if (read !== undefined) return read;
    throw new BadInput(
      `Row ${row + 1} has the label ${JSON.stringify(oneLine(String(value)))}, and a label of the task ${task.name} is ${task.label.expected(classes)}.`,
      { next: isOfClasses ? 'Pass a column for each class.' : 'Pass --task for another task.' },
    );
  });
  if (isOfClasses) requireProbabilities(task, pairs, classes, opened);
  const comparison = compareAnswers(task, {
    ...{ labels, champion, challenger, classes, entities },
    ...rulesOf(asked, classes),
  });
  return {
    ...comparison,
    ...{ task, unusable, unmatched, entities: entities !== undefined },
    files: opened.tables.map(({ name }) => name),
  };
}

/** Throws NotFound for a metric that the task does not have. */
function rulesOf({ task, primary, margin }: Asked, classes: readonly string[]) {
  const names = task.metrics(classes).map(({ name }) => name);
  const known = (written: string) => {
    const name = metricName(written);
    if (names.includes(name)) return name;
    const said = names.map(writtenMetric);
    throw new NotFound(
      `"${oneLine(written)}" is not a metric of the task ${task.name}.${didYouMean(written, said)}`,
      { next: `Its metrics are ${said.join(', ')}.` },
    );
  };
  return {
    primary: primary?.map(known),
    margin:
      typeof margin === 'object'
        ? Object.fromEntries(Object.entries(margin).map(([name, one]) => [known(name), one]))
        : margin,
  };
}

/** The columns of `p_`, or of `p_cat,p_dog`. */
function columnsOf(score: string, known: readonly string[]): string[] {
  const listed = namesIn([score], known);
  if (listed.length > 1) return listed;
  const found = known.filter((name) => name.startsWith(score));
  if (found.length > 1) return found;
  throw new NotFound(`There are no columns "${oneLine(score)}…" with probabilities.`, {
    next: '--score takes the prefix of their names, or a list with commas.',
  });
}

/** Names of the columns, without what all of them begin with where the labels lack it. */
function classesOf(scores: readonly string[], score: string, labels: Pairs['labels']): string[] {
  const occurring = new Set(labels);
  if (scores.some((name) => occurring.has(name))) return [...scores];
  const prefix = scores.every((name) => name.startsWith(score)) ? score : common(scores);
  return scores.map((name) => name.slice(prefix.length));
}

function common([first = '', ...rest]: readonly string[]): string {
  let length = first.length;
  while (!rest.every((name) => name.startsWith(first.slice(0, length)))) length -= 1;
  return first.slice(0, length);
}

function requireProbabilities(
  { answer }: Task,
  { champion, challenger, labels }: Pairs,
  classes: readonly string[],
  { tables }: Tables,
): void {
  for (const [at, answers] of [champion, challenger].entries())
    for (let row = 0; row < labels.length; row += 1) {
      const fault = answer.fault(answers, row, classes);
      if (fault !== undefined)
        throw new BadInput(`In ${tables[at]?.name}, an answer is ${fault}.`, {
          next: `It must be ${answer.expected}.`,
        });
    }
}
