import { z } from 'zod';
import { defineGate } from '../../../core/define-gate.ts';
import { moment, plural } from '../../../core/figures.ts';
import type { ShadowEvidence } from '../../../core/gate.ts';
import { count, HOUR_MS, hoursOf, toMinute } from '../words.ts';

/** The same file answered copies of another environment's requests for long enough, and was not stopped there. */
export const shadow = defineGate({
  name: 'shadow',
  summary: 'it was in shadow in another environment for long enough, and was not stopped there',
  key: 'shadow',
  form: '{shadow: ENVIRONMENT, hours, min_requests}',
  settings: z.object({
    shadow: z.string(),
    hours: z.number().positive().default(24),
    min_requests: z.int().min(1).default(1),
  }),
  needs: ['shadow'],
  faults({ shadow: where }, { environments, environment }) {
    if (!environments.includes(where))
      return [{ key: 'shadow', words: `the environment "${where}" does not exist` }];
    if (where !== environment) return [];
    const words = 'a version cannot be in shadow in an environment before its promotion there';
    return [{ key: 'shadow', words }];
  },
  judge({ shadow: where, hours, min_requests: least }, evidence, about) {
    const { model, version, environment } = about;
    const limit = `${plural(hours, 'hour')} of one rollout`;
    const base = { name: `shadow in ${where}`, limit };
    if (where === environment) {
      const words = `Not applicable: this is the request for ${where} itself.`;
      return { ...base, status: 'not applicable', value: 'itself', words };
    }
    const name = `${model} v${version}`;
    const promote = `/promote ${model} ${version} --to ${where}`;
    const found = evidence.shadow?.find((one) => one.environment === where);
    if (!found?.longest) {
      const words = `${name} has never been in shadow in ${where}; ${plural(hours, 'hour')} there are asked for.`;
      const change = neverThere(found, { where, hours, promote });
      return { ...base, status: 'failed', value: 'never', words, change };
    }
    const { ms, requests } = found.longest;
    const value = `${hoursOf(ms)} of ${plural(hours, 'hour')}, ${count(requests)} requests`;
    if (found.stopped !== undefined) {
      const words = `The last rollout of ${name} in ${where} was stopped: ${found.stopped}.`;
      const change = `It would pass after a rollout there that is not stopped: ${promote}.`;
      return { ...base, status: 'failed', value: 'stopped', words, change };
    }
    const been = `${name} was in shadow in ${where} for ${hoursOf(ms)}`;
    if (ms < hours * HOUR_MS) {
      const words = `${been} of ${plural(hours, 'hour')}.`;
      if (found.plannedMs < hours * HOUR_MS)
        return { ...base, status: 'failed', value, words, change: longer({ where, hours }) };
      if (!found.since) {
        const change = `It is not in shadow there any more: ${promote} begins again.`;
        return { ...base, status: 'failed', value, words, change };
      }
      const due = new Date(
        Math.max(evidence.at.getTime(), found.since.getTime() + hours * HOUR_MS),
      );
      const change = `Request again after ${moment(toMinute(due))} UTC.`;
      return { ...base, status: 'pending', value, words, change };
    }
    const answered = `It answered ${count(requests)} of the requests there, where ${count(least)} are asked for.`;
    const words = `${been} hours, where ${plural(hours, 'hour')} are asked for. ${answered}`;
    if (requests >= least) return { ...base, status: 'passed', value, words };
    const change = `It would pass after a rollout in ${where} in which more requests come: ${promote}.`;
    return { ...base, status: 'failed', value, words, change };
  },
});

interface Asked {
  where: string;
  hours: number;
  promote: string;
}

function neverThere(found: ShadowEvidence | undefined, { where, hours, promote }: Asked): string {
  if (found && found.plannedMs < hours * HOUR_MS) return longer({ where, hours });
  if (found?.wasLive)
    return `It went live in ${where} without a shadow, as the first version of a model does: the next version goes through it, or an admin overrides this gate.`;
  return `${capital(promote)} comes first: its rollout there begins in shadow.`;
}

const longer = ({ where, hours }: Pick<Asked, 'where' | 'hours'>): string =>
  `Rollouts in ${where} are not that long in shadow: begin its rollout.steps with { shadow: ${hours}h }, then promote it there.`;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
