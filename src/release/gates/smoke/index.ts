import { z } from 'zod';
import { defineGate } from '../../../core/define-gate.ts';
import { count } from '../words.ts';

/**
 * The gate that every version must pass, whatever the file declares, and that nobody may override: it was evaluated,
 * it loads, and it gives a usable answer to each of its own held-out rows.
 */
export const smoke = defineGate({
  name: 'smoke',
  summary: 'it loads and gives a usable answer to each of its own held-out rows',
  form: 'always checked',
  settings: z.object({}),
  judge(_, { smoke: tested }, { model }) {
    const base = { name: 'smoke test', firm: true } as const;
    if (!tested) {
      const words = 'The smoke test was not run.';
      const change = `/train ${model} makes another version.`;
      return { ...base, status: 'failed', value: 'not run', limit: 'every row', words, change };
    }
    const { rows, expected, problem, next } = tested;
    const limit = `${expected} for every row`;
    if (problem !== undefined)
      return {
        ...base,
        status: 'failed',
        value: problem,
        limit,
        words: sentence(problem),
        change: next,
      };
    const words = `Answered ${count(rows)} of its held-out rows, each with ${expected}.`;
    return { ...base, status: 'passed', value: 'as expected', limit, words };
  },
});

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}`;
}
