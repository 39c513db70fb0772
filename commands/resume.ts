import { holdInWords } from '../src/cards/endpoint.ts';
import { defineCommand } from '../src/core/define-command.ts';
import type { EndpointState } from '../src/core/ports/endpoints.ts';
import { note } from '../src/core/reply.ts';
import { environmentOption, modelOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';

export const resume = defineCommand({
  name: 'resume',
  summary: 'Let schedules and agents change what is live again',
  role: 'operator',
  words: ['model'],
  options: { model: modelOption, in: environmentOption },
  examples: ['/resume flights', '/resume flights --in staging'],

  environment: ({ in: where }, { environments }: Needs<'environments'>) => environments.get(where),

  async run(
    { model, in: where },
    {
      models,
      environments,
      endpoints,
      audit,
    }: Needs<'models' | 'environments' | 'endpoints' | 'audit'>,
    { id, by, from },
  ) {
    const endpoint = { model: models.get(model).name, environment: environments.get(where) };
    const place = `${endpoint.model} in ${endpoint.environment}`;
    let ended: EndpointState['hold'];
    await endpoints.change(endpoint, ({ hold }) => {
      ended = hold;
      return hold && { hold: null };
    });
    if (!ended) return note(`Automation of ${place} is not on hold.`, 'note', endpoint);
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
      `${by.name} resumed automation of ${place}. It was ${holdInWords(ended)}.`,
      'success',
      { ...endpoint, ended },
    );
  },
});
