import { lockInWords } from '../src/cards/endpoint.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { note } from '../src/core/reply.ts';
import { type ChangeParts, changeEndpoint } from './steps/change-endpoint.ts';
import { endpointOptions, environmentNamed } from './steps/endpoint.ts';

export const unlock = defineCommand({
  name: 'unlock',
  summary: 'Release the lock of a change that hangs',
  role: 'admin',
  words: ['model'],
  options: endpointOptions,
  examples: ['/unlock flights', '/unlock flights --in staging'],

  environment: environmentNamed,

  async run(named, needs: ChangeParts, asking) {
    const { endpoint, place, seen, answered } = await changeEndpoint(
      named,
      needs,
      asking,
      ['endpoint.unlock'],
      ({ lock }) => {
        if (!lock) return undefined;
        const { by, why, change } = lock;
        const recorded = [{ action: 'endpoint.unlock' as const, before: { by, why, change } }];
        return { lock: null, recorded };
      },
    );
    if (answered) return answered;
    const { lock: ended } = seen;
    if (!ended) return note(`${place} is not locked.`, 'note', endpoint);
    return note(`${place} is free again. It was ${lockInWords(ended)}.`, 'success', {
      ...endpoint,
      ended,
    });
  },
});
