import { BadInput, NotFound } from '../../core/errors.ts';
import { oneLine } from '../../core/one-line.ts';
import { parseWords } from '../../core/parse-words.ts';
import type { Margin, Task } from '../../core/task.ts';
import { withTables } from '../../datasets/files/open.ts';
import { tasks } from '../../tasks/index.ts';
import { compareModels, type ModelsCompared } from './compare-models.ts';
import { evaluateInText, leftOut } from './evaluate-words.ts';
import { answered, type Out } from './exit.ts';
import { written } from './written.ts';

const USAGE =
  'npx wheelhouse evaluate CHAMPION CHALLENGER --label Y --score S [--task binary|regression|multiclass] [--key ID] [--entity E] [--primary METRIC,…] [--margin M] [--json] [--html FILE]';
const HELP = `${USAGE}

Compares what two models answered to the same labelled rows. Files are Parquet, CSV or JSON lines. Needs no server.

  --label Y       column of the labels
  --score S       column of the answers: the probability of 1 (binary), or the predicted value (regression).
                  multiclass: the columns with the probability of each class, as a prefix (--score p_ takes p_cat and
                  p_dog, of the classes cat and dog) or as a list (--score p_cat,p_dog)
  --task TASK     binary (the default), regression or multiclass
  --key ID        column that says which rows belong together; otherwise rows are paired by position
  --entity E      column that says which rows are not independent, e.g. a customer; whole entities are resampled
  --primary M,N   metrics that decide; the default is auc (binary), rmse (regression) or log_loss (multiclass)
  --margin M      how much worse still counts as not worse: a number, or one for each metric (auc=0.02,log_loss=0.01)
  --json          print {task, rows, verdict, metrics: [{name, champion, challenger, delta, low, high, p}]}
  --html FILE     write a page with a chart as well

delta, low and high are positive where the challenger is better, also of metrics of which less is better.
Exit code: 1 where the challenger is worse, 2 where a file or a column is not there or cannot be read, 0 otherwise.
What the figures mean: docs/evaluate-files.md
`;

/** Compares two models by files. Resolves with the exit code: 1 for worse, 2 for what is not there or not understood, else 0. */
export function runEvaluate(words: readonly string[], out: Out): Promise<number> {
  return answered(out, async () => {
    const asked = read(words);
    if (asked === 'help') {
      out.stdout.write(HELP);
      return 0;
    }
    const { files, json, html } = asked;
    const found = await withTables(files, (opened) => compareModels(opened, asked));
    if (html !== undefined) {
      const { evaluatePage } = await import('./evaluate-page.ts');
      await written(html, evaluatePage(found));
    }
    for (const line of leftOut(found)) out.stderr.write(`${line}\n`);
    out.stdout.write(json ? `${JSON.stringify(asJson(found), null, 2)}\n` : evaluateInText(found));
    return found.verdict === 'worse' ? 1 : 0;
  });
}

function read(words: readonly string[]) {
  const { values, positionals: files } = parseWords(
    {
      args: [...words],
      allowPositionals: true,
      options: {
        label: { type: 'string' },
        score: { type: 'string' },
        task: { type: 'string', default: 'binary' },
        key: { type: 'string' },
        entity: { type: 'string' },
        primary: { type: 'string', multiple: true },
        margin: { type: 'string', multiple: true },
        json: { type: 'boolean', default: false },
        html: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    },
    USAGE,
  );
  if (values.help) return 'help';
  const { label, score } = values;
  if (files.length !== 2 || label === undefined || score === undefined)
    throw new BadInput('Comparing models takes two files, --label and --score.', {
      next: `Usage: ${USAGE}`,
    });
  return {
    ...{ ...values, files, label, score, task: taskCalled(values.task) },
    primary: values.primary?.flatMap((names) => names.split(',')).map((name) => name.trim()),
    margin: marginIn(values.margin),
  };
}

/** `0.02` for all metrics, or `auc=0.02,log_loss=0.01`. */
function marginIn(given: readonly string[] | undefined): Margin | undefined {
  const pairs = given?.flatMap((words) => words.split(',')).map((word) => word.split('='));
  if (!pairs) return undefined;
  const [first = []] = pairs;
  if (pairs.length === 1 && first.length === 1) return marginOf(first[0]);
  return Object.fromEntries(
    pairs.map(([name = '', value]) => [name.trim(), marginOf(value, name.trim())]),
  );
}

function marginOf(text: string | undefined, name?: string): number {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  const what = name === undefined ? '' : ` of ${JSON.stringify(oneLine(name))}`;
  throw new BadInput(`The margin${what} cannot be ${JSON.stringify(oneLine(text ?? ''))}.`, {
    next: 'Write a number of 0 or more, e.g. --margin 0.02 or --margin auc=0.02,log_loss=0.01.',
  });
}

function taskCalled(name: string): Task {
  const task = tasks.find((one) => one.name === name);
  if (task) return task;
  throw new NotFound(`There is no task "${oneLine(name)}".`, {
    next: `There are ${tasks.map((one) => one.name).join(', ')}.`,
  });
}

/** As the documentation promises it: what the rows do not define is missing. */
function asJson({ task, rows, verdict, metrics }: ModelsCompared) {
  return {
    ...{ task: task.name, rows, verdict },
    metrics: metrics.map(({ name, champion, challenger, delta, low, high, p }) => ({
      ...{ name, champion, challenger, delta, low, high, p },
    })),
  };
}
