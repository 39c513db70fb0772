import { defineCommand } from '../src/core/define-command.ts';
import { note } from '../src/core/reply.ts';
import { modelOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';

export const ping = defineCommand({
  name: 'ping',
  summary: 'Check that a model is configured',
  role: 'viewer',
  words: ['model'],
  options: { model: modelOption },
  examples: ['/ping flights'],

  async run({ model }, { models }: Needs<'models'>) {
    return note(`${models.get(model).name} is configured.`);
  },
});
