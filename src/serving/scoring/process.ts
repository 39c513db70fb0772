import { Worker } from 'node:worker_threads';
import { inWords, WheelhouseError } from '../../core/errors.ts';
import type { FeatureColumn } from '../../core/feature-columns.ts';
import { taskNamed } from '../../tasks/index.ts';
import type { Column, InputColumn } from '../feeds.ts';
import { loadModel, type ServedModel } from '../model.ts';
import type { Batch, Scored } from './messages.ts';
import { timeRows } from './time-rows.ts';

const WATCHDOG = new URL('../isolation/watchdog.mjs', import.meta.url);

/** The process in which a version is evaluated: it may hang or crash without affecting anything else. */
export function runScoring(): void {
  new Worker(WATCHDOG, { workerData: { parent: process.ppid }, execArgv: [] }).unref();
  let model: ServedModel | undefined;
  const say = (scored: Scored) => {
    if (process.connected) process.send?.(scored);
  };
  const take = async (batch: Batch): Promise<Scored> => {
    if (batch.type === 'load') {
      model?.release();
      const { bytes, name, features, classes } = batch;
      model = await loadModel({ bytes, name }, { features, classes, task: taskNamed(batch.task) });
      return { type: 'loaded' };
    }
    if (!model) throw new Error('a batch came before the model');
    if (batch.type === 'time') return { type: 'times', ms: await timeRows(model, batch) };
    const answers = await model.answer(batch.columns.map(plainly), batch.rows);
    return { type: 'answers', answers: Float64Array.from(answers) };
  };
  process.on('message', (batch: Batch) => {
    take(batch).then(say, (error: unknown) => say({ type: 'failed', ...wordsOf(error) }));
  });
  process.once('disconnect', () => process.exit());
  say({ type: 'up' });
}

/** Every row's own value. */
const plainly = (column: Column | FeatureColumn): InputColumn =>
  'codes' in column ? Array.from(column.codes, (code) => column.values[code] ?? null) : column;

function wordsOf(error: unknown): { message: string; next?: string } {
  if (error instanceof WheelhouseError)
    return { message: error.message, ...(error.next !== undefined && { next: error.next }) };
  return { message: inWords(error) };
}
