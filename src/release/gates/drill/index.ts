import { z } from 'zod';
import { defineGate } from '../../../core/define-gate.ts';
import { moment, plural } from '../../../core/figures.ts';

const DAY_MS = 86_400_000;

/** A rollback from this version was tried recently: what it would restore still answers as it did. */
export const drill = defineGate({
  name: 'drill',
  summary: 'what a rollback would restore was drilled recently, and answered as before',
  key: 'drill_days',
  form: '{drill_days}',
  settings: z.object({ drill_days: z.number().positive() }),
  needs: ['drill'],
  judge({ drill_days: days }, { drill: drilled, at }, { model, environment }) {
    const base = { name: 'rollback drilled', limit: `within ${plural(days, 'day')}` };
    const run = `/drill ${model} --in ${environment} runs one now.`;
    if (drilled === 'no champion') {
      const words = 'Not applicable: nothing is live that a rollback would restore.';
      return { ...base, status: 'not applicable', value: 'first version', words };
    }
    if (!drilled?.last) {
      const words = 'What a rollback would restore was never drilled.';
      return { ...base, status: 'failed', value: 'never', words, change: run };
    }
    const { version, last } = drilled;
    const said = `v${version} answered ${last.equal} of ${last.rows} requests as before, ready after ${last.ms} ms, on ${moment(last.at)} UTC`;
    const value = `${last.ms} ms, ${last.equal} of ${last.rows} equal`;
    if (last.problem !== undefined) {
      const words = `The last drill failed: ${last.problem.replace(/[.]$/, '')}.`;
      const change = `Repair or replace v${version} before depending on it; ${run}`;
      return { ...base, status: 'failed', value: 'failed', words, change };
    }
    if (last.equal < last.rows || last.rows === 0) {
      const change = `Find out why v${version} answers otherwise; ${run}`;
      return { ...base, status: 'failed', value, words: `${said}.`, change };
    }
    if (at.getTime() - last.at.getTime() > days * DAY_MS) {
      const words = `${said}: longer ago than ${plural(days, 'day')}.`;
      return { ...base, status: 'failed', value, words, change: run };
    }
    return { ...base, status: 'passed', value, words: `${said}.` };
  },
});
