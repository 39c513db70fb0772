import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { checked, oneOf, readRequest, report, run, Unusable } from './program.ts';
import { boost } from './trainer/boost.ts';
import { LOSSES } from './trainer/losses/index.ts';
import { toOnnx } from './trainer/onnx.ts';
import { predict } from './trainer/predict.ts';
import { writePredictions } from './trainer/predictions.ts';
import { readTable } from './trainer/table.ts';

const Parameters = z.object({
  trees: z.coerce.number().int().min(1).max(500).default(100),
  leaves: z.coerce.number().int().min(2).max(255).default(31),
  learning_rate: z.coerce.number().min(0.01).max(1).default(0.1),
  seed: z.coerce
    .number()
    .int()
    .min(0)
    .max(2 ** 31)
    .default(0),
});

const FILE = 'model.onnx';
const PREDICTIONS = 'predictions.parquet';

/**
 * Trains gradient-boosted trees on the dataset and writes them as ONNX: `train.ts logistic` for a yes
 * or no, `squared` for a quantity, `softmax` for one class among several. There is no handler for
 * SIGTERM on purpose: growing trees never yields, so a handler would wait for the last one, while
 * the default action stops the process at once. The model is renamed into place when whole.
 */
await run(async () => {
  const loss = LOSSES[oneOf(LOSSES, process.argv[2], 'the loss')];
  const { data, features, classes, parameters } = readRequest();
  const { learning_rate: learningRate, ...rest } = checked(
    Parameters,
    parameters,
    'reading the parameters',
  );
  if (!data) throw new Unusable('training: the request names no dataset in `data`');
  const folder = process.env['WHEELHOUSE_RUN_DIR'];
  if (!folder) throw new Unusable('training: WHEELHOUSE_RUN_DIR is not set; start it from a run');

  report({ progress: 0, message: 'reading the dataset' });
  const table = await readTable(data, features, loss, classes);
  const every = Math.max(1, Math.round(rest.trees / 25));
  const model = boost(table, loss, { learningRate, ...rest }, (grown) => {
    if (grown % every !== 0 && grown !== rest.trees) return;
    report({ progress: grown / rest.trees, message: `tree ${grown} of ${rest.trees}` });
  });

  report({ metric: 'train_rows', value: table.rows });
  const answers = predict(model, table.columns);
  const metrics = loss.metrics(answers, table.target);
  for (const [name, value] of Object.entries(metrics)) report({ metric: `train_${name}`, value });

  // What these trees say of the rows themselves: Wheelhouse compares it with what the file says.
  await writePredictions(join(folder, PREDICTIONS), loss.columns(table.target.classes), answers);
  report({ artifact: 'predictions', path: PREDICTIONS });

  const partial = join(folder, `${FILE}.partial`);
  writeFileSync(partial, toOnnx(model));
  renameSync(partial, join(folder, FILE));
  report({ artifact: 'model', path: FILE });
});
