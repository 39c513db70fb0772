import { holdInWords, resumeAction } from '../src/cards/endpoint.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { Refused } from '../src/core/errors.ts';
import { answer } from '../src/core/reply.ts';
import { whyOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { type ChangeParts, changeEndpoint } from './steps/change-endpoint.ts';
import { endpointOptions, environmentNamed } from './steps/endpoint.ts';

export const hold = defineCommand({
  name: 'hold',
  summary: 'Keep schedules and agents from changing what is live',
  role: 'operator',
  words: ['model'],
  options: { ...endpointOptions, reason: whyOption },
  examples: ['/hold flights --reason "the airline changes its data today"'],

  environment: environmentNamed,

  async run({ reason, ...named }, needs: ChangeParts & Needs<'clock'>, asking) {
    const mine = { since: needs.clock.now(), by: asking.by.id, why: reason };
    // The first hold stays: it says since when automation has stayed away.
    const { endpoint, place, seen, answered } = await changeEndpoint(
      named,
      needs,
      asking,
      ['endpoint.hold'],
      (state) =>
        state.hold
          ? undefined
          : { hold: mine, recorded: [{ action: 'endpoint.hold', after: { reason } }] },
    );
    if (answered) return answered;
    const { hold = mine } = seen;
    if (hold.by !== mine.by || hold.why !== mine.why)
      throw new Refused(`Automation of ${place} is already ${holdInWords(hold)}.`);
    return answer(
      {
        title: `Automation of ${place} is on hold`,
        tone: 'warning',
        text: 'Schedules and agents do not change what is live until somebody resumes it. People still can.',
        facts: [{ label: 'Reason', value: reason }],
        actions: [resumeAction(endpoint)],
      },
      { ...endpoint, hold },
    );
  },
});
