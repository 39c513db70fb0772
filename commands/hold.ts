import { holdInWords, resumeAction } from '../src/cards/endpoint.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { Refused } from '../src/core/errors.ts';
import { answer } from '../src/core/reply.ts';
import { whyOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { endpointNamed, endpointOptions, environmentNamed } from './steps/endpoint.ts';

export const hold = defineCommand({
  name: 'hold',
  summary: 'Keep schedules and agents from changing what is live',
  role: 'operator',
  words: ['model'],
  options: { ...endpointOptions, reason: whyOption },
  examples: ['/hold flights --reason "the airline changes its data today"'],

  environment: environmentNamed,

  async run(
    { reason, ...named },
    needs: Needs<'models' | 'environments' | 'endpoints' | 'audit' | 'clock'>,
    { id, by, from },
  ) {
    const { endpoint, place } = endpointNamed(named, needs);
    const { endpoints, audit, clock } = needs;
    const mine = { since: clock.now(), by: by.id, why: reason };
    // The first hold stays: it says since when automation has stayed away.
    const { hold = mine } = await endpoints.change(endpoint, (seen) =>
      seen.hold ? undefined : { hold: mine },
    );
    if (hold.by !== mine.by || hold.why !== mine.why)
      throw new Refused(`Automation of ${place} is already ${holdInWords(hold)}.`);
    await audit.append({
      id: `hold-${from.platform}-${id}`,
      by: by.id,
      action: 'endpoint.hold',
      subject: place,
      ...endpoint,
      via: from.platform,
      after: { reason },
    });
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
