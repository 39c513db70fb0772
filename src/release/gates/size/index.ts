import { z } from 'zod';
import { defineGate } from '../../../core/define-gate.ts';
import { beside } from '../words.ts';

const MEGABYTE = 1_000_000;

/** The model file is small enough. */
export const size = defineGate({
  name: 'size',
  summary: 'the model file is small enough',
  key: 'max_megabytes',
  form: '{max_megabytes}',
  settings: z.object({ max_megabytes: z.number().positive() }),
  judge({ max_megabytes: most }, { bytes }) {
    const base = { name: 'model size', limit: `at most ${most} MB` };
    if (bytes === undefined) {
      const words = 'The size of the model file is unknown.';
      const change = 'Request the promotion again.';
      return { ...base, status: 'failed', value: 'unknown', words, change };
    }
    const shown = beside(bytes / MEGABYTE, most);
    const value = `${shown} MB`;
    const words = `The model file has ${value}; at most ${most} MB are allowed.`;
    if (bytes <= most * MEGABYTE) return { ...base, status: 'passed', value, words };
    const change = `A file that is ${beside(bytes / MEGABYTE - most, 0)} MB smaller passes, e.g. with fewer trees or smaller layers.`;
    return { ...base, status: 'failed', value, words, change };
  },
});
