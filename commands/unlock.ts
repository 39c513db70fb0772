import { lockInWords } from '../src/cards/endpoint.ts';
import { defineCommand } from '../src/core/define-command.ts';
import type { EndpointState } from '../src/core/ports/endpoints.ts';
import { note } from '../src/core/reply.ts';
import type { Needs } from '../src/core/world.ts';
import { endpointNamed, endpointOptions, environmentNamed } from './steps/endpoint.ts';

export const unlock = defineCommand({
  name: 'unlock',
  summary: 'Release the lock of a change that hangs',
  role: 'admin',
  words: ['model'],
  options: endpointOptions,
  examples: ['/unlock flights', '/unlock flights --in staging'],

  environment: environmentNamed,

  async run(
    named,
    needs: Needs<'models' | 'environments' | 'endpoints' | 'audit'>,
    { id, by, from },
  ) {
    const { endpoint, place } = endpointNamed(named, needs);
    const { endpoints, audit } = needs;
    let ended: EndpointState['lock'];
    await endpoints.change(endpoint, ({ lock }) => {
      ended = lock;
      return lock && { lock: null };
    });
    if (!ended) return note(`${place} is not locked.`, 'note', endpoint);
    await audit.append({
      id: `unlock-${from.platform}-${id}`,
      by: by.id,
      action: 'endpoint.unlock',
      subject: place,
      ...endpoint,
      via: from.platform,
      before: { by: ended.by, why: ended.why, change: ended.change },
    });
    return note(`${place} is free again. It was ${lockInWords(ended)}.`, 'success', {
      ...endpoint,
      ended,
    });
  },
});
