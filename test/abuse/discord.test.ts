import { ephemeral } from '../../src/core/reply.ts';
import type { Seen } from '../fakes/discord/index.ts';
import { openScene } from '../platforms/discord/harness.ts';
import {
  assault,
  describe,
  expect,
  it,
  requireCleanPrototypes,
  requireNoSecret,
} from './assault.ts';
import { mutated, type Source } from './source.ts';

type Data = Record<string, unknown>;

const asData = (value: unknown): Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? { ...value }
    : { data: value };

describe('abuse: discord', () => {
  it('survives any gateway event, passes on nothing malformed, and keeps running', async () => {
    const scene = await openScene({
      invoke: () => ephemeral({ title: 'Hello', tone: 'note' }),
      react: () => undefined,
    });
    const { double, dispatch, adapter } = scene;
    const status = { user: 'ada', channel: 'ml', name: 'status' };
    const seen = await double.slashCommand(status);
    const train = await double.slashCommand({
      ...status,
      name: 'train',
      options: { model: 'flights', epochs: 3 },
    });
    const place = { guild_id: double.ids.guild('lab'), channel_id: double.ids.channel('ml') };
    const reaction = {
      user_id: double.ids.user('ada'),
      message_id: '1',
      emoji: { id: null, name: '✅' },
      ...place,
    };
    const specimens: [string, Data][] = [
      ['INTERACTION_CREATE', seen.delivery.data],
      ['INTERACTION_CREATE', train.delivery.data],
      [
        'INTERACTION_CREATE',
        {
          ...seen.delivery.data,
          type: 3,
          data: { component_type: 2, custom_id: 'rollback:flights', id: 1 },
        },
      ],
      [
        'INTERACTION_CREATE',
        {
          ...seen.delivery.data,
          type: 4,
          data: {
            id: '1',
            name: 'train',
            type: 1,
            options: [{ name: 'model', type: 3, value: 'fl', focused: true }],
          },
        },
      ],
      [
        'INTERACTION_CREATE',
        { ...seen.delivery.data, type: 5, data: { custom_id: 'form:train', components: [] } },
      ],
      ['MESSAGE_REACTION_ADD', reaction],
      ['MESSAGE_REACTION_REMOVE', reaction],
      ['MESSAGE_REACTION_REMOVE_ALL', { message_id: '1', ...place }],
    ];
    let crashes = 0;
    const crashed = () => {
      crashes += 1;
    };
    process.on('unhandledRejection', crashed);

    async function attack(source: Source, index: number): Promise<void> {
      const [event, specimen] = source.pick(specimens);
      const changed = asData(
        mutated(source, { ...specimen, id: `9${index}`, token: `token-${index}` }),
      );
      await double.repeat({ event, data: changed });
      await new Promise((resolve) => setImmediate(resolve));
    }

    try {
      await assault('discord', {
        attack,
        async unharmed() {
          const answered = await answeredSoon(() => double.slashCommand(status));
          await answered.answer();
          expect(adapter.fatal).toEqual([]);
          expect(crashes).toBe(0);
          requireCleanPrototypes();
        },
      });
      for (const { what } of dispatch.heard)
        expect(Object.values(what)[0]).toMatchObject({
          id: expect.any(String),
          by: { platform: 'discord', user: expect.any(String) },
          from: { platform: 'discord', channel: expect.any(String) },
        });
      requireNoSecret([double.token], JSON.stringify(adapter.lines));
    } finally {
      process.off('unhandledRejection', crashed);
      await adapter.platform.stop();
      await double.close();
    }
  });
});

/** Discord allows three seconds; on a machine busy with other tests, one of a few tries succeeds. */
async function answeredSoon(ask: () => Promise<Seen>): Promise<Seen> {
  for (let left = 4; ; left -= 1) {
    const seen = await ask();
    if (seen.callback !== undefined || left === 0) return seen;
  }
}
