import { ephemeral } from '../../src/core/reply.ts';
import type { Kind } from '../fakes/slack/socket.ts';
import { openOffice } from '../platforms/slack/harness.ts';
import {
  assault,
  describe,
  expect,
  it,
  requireCleanPrototypes,
  requireNoSecret,
} from './assault.ts';
import { shout } from './http.ts';
import { mutated, type Source } from './source.ts';

type Payload = Record<string, unknown>;
const SECRETS = ['xoxb-', 'a-signing-secret', 'hooks.slack.com/actions'];

/** Valid, as Slack would send them. */
function specimens({ ada, ops }: { ada: string; ops: string }): [Kind, Payload][] {
  const response_url = 'https://hooks.slack.com/actions/T0/1/secret';
  const user = { id: ada, username: 'ada', team_id: 'T0' };
  return [
    [
      'slash_commands',
      {
        command: '/train',
        text: 'flights',
        user_id: ada,
        user_name: 'ada',
        channel_id: ops,
        team_id: 'T0',
        trigger_id: '1.2.t',
        response_url,
      },
    ],
    [
      'interactive',
      {
        type: 'block_actions',
        user,
        channel: { id: ops },
        container: { message_ts: '1.1', channel_id: ops },
        message: { ts: '1.1' },
        trigger_id: '1.2.b',
        response_url,
        actions: [
          {
            type: 'button',
            action_id: 'do:0',
            action_ts: '1.5',
            value: '{"command":"rollback","argument":"flights"}',
          },
        ],
      },
    ],
    [
      'interactive',
      {
        type: 'view_submission',
        user,
        trigger_id: '1.2.v',
        view: {
          id: 'V1',
          hash: 'h',
          callback_id: 'form',
          type: 'modal',
          private_metadata: JSON.stringify({ command: 'train', to: { user: ada, channel: ops } }),
          blocks: [],
          state: { values: { model: { plain: { type: 'plain_text_input', value: 'flights' } } } },
        },
      },
    ],
    [
      'interactive',
      {
        type: 'block_suggestion',
        user,
        action_id: 'x',
        value: 'fl',
        view: { id: 'V1', private_metadata: '{}' },
      },
    ],
    [
      'events_api',
      {
        type: 'event_callback',
        event_id: 'Ev1',
        team_id: 'T0',
        event: {
          type: 'reaction_added',
          user: ada,
          reaction: 'white_check_mark',
          item: { type: 'message', channel: ops, ts: '1.1' },
          event_ts: '1.2',
        },
      },
    ],
    [
      'events_api',
      {
        type: 'event_callback',
        event_id: 'Ev2',
        team_id: 'T0',
        event: {
          type: 'reaction_removed',
          user: ada,
          reaction: '+1',
          item: { type: 'message', channel: ops, ts: '1.1' },
          event_ts: '1.3',
        },
      },
    ],
    [
      'events_api',
      {
        type: 'event_callback',
        event_id: 'Ev3',
        team_id: 'T0',
        event: { type: 'app_home_opened', user: ada, tab: 'home' },
      },
    ],
    [
      'events_api',
      {
        type: 'event_callback',
        event_id: 'Ev4',
        team_id: 'T0',
        event: { type: 'message', user: ada, channel: ops, text: 'hello', ts: '1.4' },
      },
    ],
  ];
}

const asPayload = (value: unknown): Payload =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? { ...value }
    : { payload: value };

describe('abuse: slack', () => {
  it('acknowledges or refuses any input, passes on nothing malformed, and keeps running', async () => {
    const office = await openOffice(
      { invoke: () => ephemeral({ title: 'Hello', tone: 'note' }), react: () => undefined },
      { mode: 'http' },
    );
    const known = specimens(office);
    const requestUrl = office.slack.requestUrl ?? '';

    async function attack(source: Source): Promise<void> {
      const kind = source.int(0, 9);
      if (kind === 0) return requireNoSecret(SECRETS, await shout(requestUrl, source));
      const [how, specimen] = source.pick(known);
      const payload = asPayload(kind === 1 ? source.json(4) : mutated(source, specimen));
      // A tenth has an invalid or old signature, and must have no effect.
      const forged = kind === 2;
      const post = source.chance(0.5)
        ? { secret: 'another secret' }
        : { signedAt: new Date('2020-01-01') };
      const before = office.dispatch.heard.length;
      const shown = await office.slack.deliverRaw({ kind: how, payload }, forged ? post : {});
      expect(shown.status).toBeDefined();
      if (!forged) return;
      expect(shown.status).toBe(401);
      expect(office.dispatch.heard.length).toBe(before);
    }

    try {
      await assault('slack', {
        attack,
        async unharmed() {
          const before = office.dispatch.heard.length;
          const shown = await office.slack.slashCommand({
            command: '/status',
            user: office.ada,
            channel: office.ops,
          });
          expect(shown.acknowledged).toBe(true);
          expect(office.dispatch.heard.length).toBe(before + 1);
          requireCleanPrototypes();
        },
      });
      for (const { what } of office.dispatch.heard) requireWellFormed(what);
      requireNoSecret(SECRETS, JSON.stringify(office.lines));
    } finally {
      // How the double judges answers to nonsense says nothing about the adapter.
      office.slack.faults.length = 0;
      await office.close();
    }
  });
});

function requireWellFormed(what: object): void {
  const event: unknown = Object.values(what)[0];
  expect(event).toMatchObject({
    id: expect.any(String),
    by: { platform: 'slack', user: expect.any(String) },
    from: { platform: 'slack', channel: expect.any(String) },
  });
}
