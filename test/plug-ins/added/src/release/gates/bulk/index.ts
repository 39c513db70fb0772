import { z } from 'zod';
import { defineGate } from '../../../core/define-gate.ts';

/** The model file is not suspiciously small, as after an incomplete export. */
export const bulk = defineGate({
  name: 'bulk',
  summary: 'the model file is not suspiciously small',
  key: 'min_bytes',
  form: '{min_bytes}',
  settings: z.object({ min_bytes: z.number().int().positive() }),
  judge({ min_bytes: least }, { bytes }) {
    const base = { name: 'model bytes', limit: `at least ${least} bytes` };
    const change = 'Train again, and see in the log whether the export ended.';
    if (bytes === undefined)
      return { ...base, status: 'failed', value: 'unknown', words: 'Its size is unknown.', change };
    const value = `${bytes} bytes`;
    const words = `The model file has ${value}; at least ${least} are expected.`;
    if (bytes >= least) return { ...base, status: 'passed', value, words };
    return { ...base, status: 'failed', value, words, change };
  },
});
