import { arrivalsCard } from '../src/cards/arrival.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { answer } from '../src/core/reply.ts';
import { limitOption, modelOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';

export const data = defineCommand({
  name: 'data',
  summary: 'List new data of a model, and how it was checked',
  role: 'viewer',
  agents: 'answer',
  words: ['model'],
  options: { model: modelOption, limit: limitOption },
  examples: ['/data flights', '/data flights --limit 50'],

  async run({ model, limit }, { models, arrivals }: Needs<'models' | 'arrivals'>) {
    const { name } = models.get(model);
    const found = await arrivals.list({ model: name, limit });
    return answer(arrivalsCard(name, found), { model: name, arrivals: found });
  },
});
