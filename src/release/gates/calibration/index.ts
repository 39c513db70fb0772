import { z } from 'zod';
import { defineGate } from '../../../core/define-gate.ts';
import { beside, withUnit } from '../words.ts';

/** Predictions are as often right as they claim: their mean distance from outcomes, over bins, is small. */
export const calibration = defineGate({
  name: 'calibration',
  summary: 'predictions and outcomes differ by little, over bins of predictions',
  key: 'max_calibration_error',
  form: '{max_calibration_error}',
  settings: z.object({ max_calibration_error: z.number().min(0) }),
  judge({ max_calibration_error: most }, { report }, { model, unit }) {
    const base = { name: 'calibration', limit: `at most ${most}` };
    if (!report) {
      const words = 'The version was evaluated before calibration was measured.';
      const change = `/train ${model} makes a version with it.`;
      return { ...base, status: 'failed', value: 'not measured', words, change };
    }
    const { calibration: measured } = report;
    if (!measured) {
      const words = 'Not applicable: the answers of this task are not probabilities.';
      return { ...base, status: 'not applicable', value: 'not measured', words };
    }
    const of = measured.of === 'value' ? unit : undefined;
    const value = beside(measured.error, most);
    const passed = measured.error <= most;
    const words = `Predictions differ from outcomes by ${withUnit(value, of)} on average over ${measured.bins.length} bins; at most ${most} is allowed.`;
    if (passed) return { ...base, status: 'passed', value, words };
    const change =
      measured.of === 'share'
        ? 'Calibrate the scores in the training program, e.g. with isotonic regression on rows that the model was not fitted on.'
        : 'Look for a bias of the predictions in /evaluation: a range in which they are too high or too low.';
    return { ...base, status: 'failed', value, words, change };
  },
});
