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
import { endpointNamed, endpointOptions, environmentNamed } from './steps/endpoint.ts';

export const resume = defineCommand({
  name: 'resume',
  summary: 'Let a paused rollout go on, and schedules and agents change what is live again',
  role: 'operator',
  words: ['model'],
  options: { ...endpointOptions, pause: pauseOption },
  examples: ['/resume flights', '/resume flights --in staging'],

  environment: environmentNamed,

  async run(
    { pause: meant, ...named },
    needs: Needs<'models' | 'environments' | 'endpoints' | 'audit' | 'jobs'>,
    { id, by, from },
  ) {
    const { endpoint, place } = endpointNamed(named, needs);
    const { endpoints, audit, jobs } = needs;
    let ended: EndpointState['hold'];
    let rollout: EndpointState['rollout'];
    await endpoints.change(endpoint, (seen) => {
      // The button of a pause ends no hold, and answers no later question.
      ended = meant === undefined ? seen.hold : undefined;
      const isMeant = meant === undefined || pauseId(seen.rollout) === meant;
      rollout = isMeant && seen.rollout?.paused ? seen.rollout : undefined;
      return ended || rollout
        ? {
            ...(ended && { hold: null }),
            ...(rollout && { rollout: resumed(rollout, by.id) }),
          }
        : undefined;
    });
    if (meant !== undefined && !rollout)
      throw new Refused(`That pause of the rollout of ${place} is over, so nothing was resumed.`, {
        next: `/rollout ${endpoint.model} --in ${endpoint.environment} shows how far it is.`,
      });
    if (rollout?.paused) {
      await audit.append({
        id: `resume-rollout-${from.platform}-${id}`,
        by: by.id,
        action: 'rollout.resume',
        subject: rollout.deployment,
        ...endpoint,
        via: from.platform,
        before: { reason: rollout.paused.why, by: rollout.paused.by },
        after: { step: rollout.step, accepted: rollout.paused.asks },
      });
      await jobs.enqueue(advanceRollout, { ...endpoint, deployment: rollout.deployment });
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
    await audit.append({
      id: `resume-${from.platform}-${id}`,
      by: by.id,
      action: 'endpoint.resume',
      subject: place,
      ...endpoint,
      via: from.platform,
      before: { reason: ended.why, by: ended.by },
    });
    return note(
      `${by.name} resumed automation of ${place}${rollout ? ` and the rollout of v${rollout.version}` : ''}. It was ${holdInWords(ended)}.`,
      'success',
      { ...endpoint, ended },
    );
  },
});
