import { DiscordAPIError, RateLimitError, REST } from 'discord.js';
import { describe, expect, it, vi } from 'vitest';
import { asFault } from '../../../src/platforms/discord/faults.ts';
import { createMessages } from '../../../src/platforms/discord/messages.ts';
import { loggable } from '../../../src/wiring/log-fields.ts';

const ANSWER =
  'https://discord.com/api/v10/webhooks/111111111111111111/aSecretToken/messages/@original';

describe('platforms/discord/faults', () => {
  it('keep the token of an answer out of the log at a rate limit', () => {
    const error = new RateLimitError({
      ...{ timeToReset: 9000, limit: 5, method: 'PATCH', hash: 'h', global: false, scope: 'user' },
      ...{ retryAfter: 9000, sublimitTimeout: 0, route: '/webhooks/:id/:token/messages/@original' },
      url: ANSWER,
      majorParameter: '111111111111111111/aSecretToken',
    });
    const busy = asFault(error, 'answering the one who asked');
    expect(busy).toMatchObject({ name: 'Busy', retryAfterMs: 9000 });
    expect(JSON.stringify(loggable(busy))).not.toContain('aSecretToken');
  });

  it('keep it out of the log when Discord refuses the answer', async () => {
    const logged: unknown[] = [];
    const said = (fields: object) => void logged.push(loggable(fields));
    const { orPlain } = createMessages({
      rest: new REST(),
      placeOf: async () => ({ guild: undefined, isThread: false }),
      artifacts: { read: async () => new Uint8Array() },
      me: async () => '1',
      log: { info: said, warn: said, error: said },
    });
    const why = { code: 50035, message: 'Invalid Form Body' };
    const send = vi
      .fn()
      .mockRejectedValueOnce(new DiscordAPIError(why, 50035, 400, 'PATCH', ANSWER, {}));
    await orPlain({ title: 'Hello', tone: 'note' }, send);
    expect(send).toHaveBeenCalledTimes(2);
    expect(logged).toHaveLength(1);
    expect(JSON.stringify(logged)).not.toContain('aSecretToken');
  });
});
