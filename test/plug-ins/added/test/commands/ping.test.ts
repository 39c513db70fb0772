import { expect, it } from 'vitest';
import { ping } from '../../commands/ping.ts';
import { createWorld } from '../fakes/world.ts';

const asking = {
  id: 'one',
  by: { id: 'dev', name: 'Dev', role: 'viewer', on: ['web'] },
  from: { platform: 'web', channel: 'general' },
  account: { platform: 'web', user: 'dev' },
} as const;

it('refuses a call without a model in one line', () => {
  const call = () => ping.call({}, createWorld(), asking);
  expect(call).toThrow(/^"model" is missing\.$/);
});
