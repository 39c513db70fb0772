import { z } from 'zod';
import { defineGate } from '../../../core/define-gate.ts';
import { count, percent } from '../words.ts';

/**
 * The served file gives what the training program's own model gives, row by row: metrics can agree although half of the
 * rows do not.
 */
export const predictions = defineGate({
  name: 'predictions',
  summary: 'the model file answers as the training program does, row by row',
  key: 'trainer_predictions',
  form: '{trainer_predictions, max_share}',
  settings: z.object({
    /** In the unit of an answer. */
    trainer_predictions: z.number().min(0),
    max_share: z.number().min(0).max(1).default(0),
  }),
  needs: ['predictions'],
  judge({ trainer_predictions: tolerance, max_share: most }, { predictions: found }, { model }) {
    const few = most > 0 ? ` in all but ${percent(most)} of the rows` : '';
    const base = { name: 'predictions of the trainer', limit: `within ${tolerance}${few}` };
    if (!found) {
      const words = `The training program of ${model} wrote no predictions of its own.`;
      const change = 'Report the artifact "predictions": docs/training-contract.md says how.';
      return { ...base, status: 'failed', value: 'none written', words, change };
    }
    if ('problem' in found) {
      const change = `/train ${model} makes a version that can be compared.`;
      return { ...base, status: 'failed', value: 'not compared', words: found.problem, change };
    }
    const { differences } = found;
    const rows = differences.length;
    const over = differences.filter((one) => one > tolerance).length;
    const largest = figure(differences.reduce((a, b) => Math.max(a, b), 0));
    const value = `${count(over)} of ${count(rows)} rows differ`;
    const apart = `${largest} apart at most`;
    if (rows > 0 && over <= most * rows) {
      const words =
        over === 0
          ? `The model file answers ${count(rows)} rows as the training program does: ${apart}, where ${tolerance} is allowed.`
          : `The model file answers ${count(over)} of ${count(rows)} rows (${percent(over / rows)}) differently from the training program, ${apart}; ${percent(most)} is allowed.`;
      return { ...base, status: 'passed', value, words };
    }
    const words = `The model file answers ${count(over)} of ${count(rows)} rows (${percent(over / Math.max(1, rows))}) differently from the training program by more than ${tolerance}, ${apart}; ${percent(most)} is allowed.`;
    const change =
      'Look for a step that only one side does: a feature that is filled, scaled or encoded in training but not in the model file, or numbers that lose digits as float32.';
    return { ...base, status: 'failed', value, words, change };
  },
});

const figure = (value: number): string => String(Number(value.toPrecision(3)));
