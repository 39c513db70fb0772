import { z } from 'zod';
import { defineGate } from '../../../core/define-gate.ts';
import type { GateResult } from '../../../core/gate.ts';
import { type Checked, enoughLabels, enoughRows, fewNulls, usualVolume } from './checks.ts';

const share = z.number().min(0).max(1);

/** The rows that the version was trained on are as they should be. Each check is a result of its own. */
export const data = defineGate({
  name: 'data',
  summary: 'rows, missing values, labels and volume of the training window are as they should be',
  key: 'training_data',
  form: '{training_data: {min_rows, max_null_share, min_label_share, max_volume_change}}',
  settings: z.object({
    training_data: z.strictObject({
      min_rows: z.number().int().positive().optional(),
      /** Of each feature. */
      max_null_share: share.optional(),
      /** Of the rarest label. That there are two different ones is always checked. */
      min_label_share: share.max(0.5).optional(),
      /** Rows a day, against the version before: 0.5 is half or one and a half times as many. */
      max_volume_change: z.number().positive().optional(),
    }),
  }),
  needs: ['training'],
  judge({ training_data: wanted }, { training: found }, { model }) {
    if (!found) {
      const words = 'The rows of the training window could not be read.';
      const change = `/train ${model} makes a version whose rows are kept.`;
      const base = { name: 'training data', value: 'not read', limit: 'readable' };
      return { ...base, status: 'failed', words, change };
    }
    const { min_rows, max_null_share, min_label_share = 0, max_volume_change } = wanted;
    const volume =
      max_volume_change === undefined ? undefined : usualVolume(found, max_volume_change);
    return [
      ...(min_rows === undefined ? [] : [resultOf(enoughRows(found, min_rows))]),
      ...(max_null_share === undefined ? [] : [resultOf(fewNulls(found, max_null_share))]),
      resultOf(enoughLabels(found, min_label_share)),
      ...(max_volume_change === undefined ? [] : [volume ? resultOf(volume) : noPrevious(model)]),
    ];
  },
});

function resultOf({ name, change, ...rest }: Checked): Omit<GateResult, 'gate'> {
  const base = { ...rest, name: `training data: ${name}` };
  return change === undefined
    ? { ...base, status: 'passed' }
    : { ...base, status: 'failed', change };
}

function noPrevious(model: string): Omit<GateResult, 'gate'> {
  const words = `Not applicable: there is no version of ${model} before it to compare the volume with.`;
  const base = { name: 'training data: volume', value: 'no version before', limit: 'as before' };
  return { ...base, status: 'not applicable', words };
}
