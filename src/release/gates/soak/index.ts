import { z } from 'zod';
import { defineGate } from '../../../core/define-gate.ts';
import { moment, plural } from '../../../core/figures.ts';
import { HOUR_MS, hoursOf, toMinute } from '../words.ts';

/** The same file was live in another environment first, for long enough and without an open alert. */
export const soak = defineGate({
  name: 'soak',
  summary: 'it was live in another environment for long enough, without an open alert',
  key: 'after',
  form: '{after: ENVIRONMENT, hours}',
  settings: z.object({ after: z.string(), hours: z.number().min(0).default(24) }),
  needs: ['soak'],
  faults({ after }, { environments, environment }) {
    if (!environments.includes(after))
      return [{ key: 'after', words: `the environment "${after}" does not exist` }];
    if (after !== environment) return [];
    return [{ key: 'after', words: 'an environment cannot come after itself' }];
  },
  judge({ after, hours }, { soak: all, at }, { model, version, environment }) {
    const base = { name: `soak in ${after}`, limit: `${plural(hours, 'hour')} without a break` };
    if (after === environment) {
      const words = `Not applicable: this is the request for ${after} itself.`;
      return { ...base, status: 'not applicable', value: 'itself', words };
    }
    const found = all?.find((one) => one.environment === after);
    const soaked = found?.longestMs ?? 0;
    const value = `${hoursOf(soaked)} of ${plural(hours, 'hour')}`;
    const name = `${model} v${version}`;
    if (!found || (soaked === 0 && !found.since)) {
      const words = `${name} has not been live in ${after} yet; ${plural(hours, 'hour')} there are asked for.`;
      const change = `/promote ${model} ${version} --to ${after} comes first.`;
      return { ...base, status: 'failed', value: 'never live there', words, change };
    }
    if (found.openAlerts > 0) {
      const alerts = plural(found.openAlerts, 'open alert');
      const words = `${name} has ${alerts} in ${after}.`;
      const change = `It would pass once they are over: /alerts ${model} lists them.`;
      return { ...base, status: 'failed', value: alerts, words, change };
    }
    if (soaked >= hours * HOUR_MS) {
      const words = `${name} was live in ${after} for ${hoursOf(soaked)} hours without a break; ${plural(hours, 'hour')} are asked for.`;
      return { ...base, status: 'passed', value, words };
    }
    const words = `${name} was live in ${after} for ${hoursOf(soaked)} of ${plural(hours, 'hour')}.`;
    if (!found.since) {
      const change = `It is not live there any more: /promote ${model} ${version} --to ${after} starts again.`;
      return { ...base, status: 'failed', value, words, change };
    }
    const due = new Date(Math.max(at.getTime(), found.since.getTime() + hours * HOUR_MS));
    const change = `Request again after ${moment(toMinute(due))} UTC.`;
    return { ...base, status: 'pending', value, words, change };
  },
});
