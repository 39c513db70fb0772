import { advanceRollout } from '../jobs/declared/index.ts';
import { holdInWords } from '../src/cards/endpoint.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { Refused } from '../src/core/errors.ts';
import type { EndpointState } from '../src/core/ports/endpoints.ts';
import { note } from '../src/core/reply.ts';
import { pauseId } from '../src/core/rollout.ts';
import { pauseOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { resumed } from '../src/release/rollout/next.ts';
import { type ChangeParts, changeEndpoint } from './steps/change-endpoint.ts';
import { endpointOptions, environmentNamed } from './steps/endpoint.ts';

export const resume = defineCommand({
  name: 'resume',
  summary: 'Let a paused rollout go on, and schedules and agents change what is live again',
  role: 'operator',
  words: ['model'],
  options: { ...endpointOptions, pause: pauseOption },
  examples: ['/resume flights', '/resume flights --in staging'],

  environment: environmentNamed,

  async run({ pause: meant, ...named }, needs: ChangeParts & Needs<'jobs'>, asking) {
    const { by } = asking;
    const { endpoint, place, seen, answered } = await changeEndpoint(
      named,
      needs,
      asking,
      ['rollout.resume', 'endpoint.resume'],
      (state) => {
        const { hold, rollout } = meantIn(state, meant);
        if (!hold && !rollout) return undefined;
        return {
          ...(hold && { hold: null }),
          ...(rollout && { rollout: resumed(rollout, by.id) }),
          recorded: [...recordOfRollout(rollout), ...recordOfHold(hold)],
        };
      },
    );
    if (answered) return answered;
    const { hold: ended, rollout } = meantIn(seen, meant);
    if (meant !== undefined && !rollout)
      throw new Refused(`That pause of the rollout of ${place} is over, so nothing was resumed.`, {
        next: `/rollout ${endpoint.model} --in ${endpoint.environment} shows how far it is.`,
      });
    if (rollout?.paused) {
      await needs.jobs.enqueue(advanceRollout, { ...endpoint, deployment: rollout.deployment });
      if (!ended) {
        const words = `${by.name} resumed the rollout of v${rollout.version} of ${place}. It was paused: ${rollout.paused.why}.`;
        return note(words, 'success', endpoint);
      }
    }
    if (!ended)
      return note(
        `Automation of ${place} is not on hold, and no rollout is paused.`,
        'note',
        endpoint,
      );
    return note(
      `${by.name} resumed automation of ${place}${rollout ? ` and the rollout of v${rollout.version}` : ''}. It was ${holdInWords(ended)}.`,
      'success',
      { ...endpoint, ended },
    );
  },
});

/** What is resumed: the button of a pause ends no hold, and answers no later question. */
function meantIn({ hold, rollout }: EndpointState, pause: string | undefined) {
  const isMeant = pause === undefined || pauseId(rollout) === pause;
  return {
    hold: pause === undefined ? hold : undefined,
    rollout: isMeant && rollout?.paused ? rollout : undefined,
  };
}

const recordOfRollout = (rollout: EndpointState['rollout']) =>
  rollout?.paused
    ? [
        {
          ...{ action: 'rollout.resume' as const, subject: rollout.deployment },
          before: { reason: rollout.paused.why, by: rollout.paused.by },
          after: { step: rollout.step, accepted: rollout.paused.asks },
        },
      ]
    : [];

const recordOfHold = (hold: EndpointState['hold']) =>
  hold ? [{ action: 'endpoint.resume' as const, before: { reason: hold.why, by: hold.by } }] : [];
