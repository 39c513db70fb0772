import { z } from 'zod';
import { defineGate } from '../../../core/define-gate.ts';
import { count } from '../words.ts';

/** The version was evaluated on enough labelled rows. */
export const rows = defineGate({
  name: 'rows',
  summary: 'it was evaluated on enough labelled rows',
  key: 'min_rows',
  form: '{min_rows}',
  settings: z.object({ min_rows: z.number().int().positive() }),
  judge({ min_rows: required }, { rows: found }) {
    const base = {
      ...{ name: 'labelled rows', value: count(found), limit: `at least ${count(required)}` },
    };
    if (found >= required) {
      const words = `Measured on ${count(found)} labelled rows; ${count(required)} were asked for.`;
      return { ...base, status: 'passed', words };
    }
    return {
      ...{ ...base, status: 'failed' },
      words: `Only ${count(found)} labelled rows, where ${count(required)} are needed.`,
      change: `${count(required - found)} more would be enough: evaluation.days in wheelhouse.yaml sets how many days are evaluated.`,
    };
  },
});
