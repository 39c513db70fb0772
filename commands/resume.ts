import { advanceRollout } from '../jobs/declared/index.ts';
import { holdInWords } from '../src/cards/endpoint.ts';
import { defineCommand } from '../src/core/define-command.ts';
import type { EndpointState } from '../src/core/ports/endpoints.ts';
import { note } from '../src/core/reply.ts';
import { environmentOption, modelOption, rolloutOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { resumed } from '../src/release/rollout/next.ts';

export const resume = defineCommand({
  name: 'resume',
  summary: 'Let a paused rollout go on, and schedules and agents change what is live again',
  role: 'operator',
  words: ['model'],
  options: { model: modelOption, in: environmentOption, rollout: rolloutOption },
  examples: ['/resume flights', '/resume flights --in staging'],

  environment: ({ in: where }, { environments }: Needs<'environments'>) => environments.get(where),

  async run(
    { model, in: where, rollout: meant },
    {
      models,
      environments,
      endpoints,
      audit,
      jobs,
    }: Needs<'models' | 'environments' | 'endpoints' | 'audit' | 'jobs'>,
    { id, by, from },
  ) {
    const endpoint = { model: models.get(model).name, environment: environments.get(where) };
    const place = `${endpoint.model} in ${endpoint.environment}`;
    let ended: EndpointState['hold'];
    let rollout: EndpointState['rollout'];
    await endpoints.change(endpoint, (seen) => {
      // The button of a rollout resumes nothing else.
      ended = meant === undefined ? seen.hold : undefined;
      const same = meant === undefined || seen.rollout?.deployment === meant;
      rollout = same && seen.rollout?.paused ? seen.rollout : undefined;
      return ended || rollout
        ? {
            ...(ended && { hold: null }),
            ...(rollout && { rollout: resumed(rollout, by.id) }),
          }
        : undefined;
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
