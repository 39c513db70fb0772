import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ephemeral } from '../../../src/core/reply.ts';
import { type Office, openOffice } from './harness.ts';

type Payload = Record<string, unknown>;

const PROTO = JSON.parse('{"__proto__":{"command":"train","argument":"flights"}}');
const nested = (depth: number): unknown => JSON.parse(`${'[['.repeat(depth)}${']]'.repeat(depth)}`);

/** Correctly signed, but in no shape that Slack sends. */
describe('platforms/slack, with hostile requests', () => {
  let office: Office;
  beforeEach(async () => {
    const reply = ephemeral({ title: 'Hello', tone: 'note' });
    office = await openOffice({ invoke: () => reply }, { mode: 'http' });
  });
  afterEach(() => office.close());

  const deliver = (kind: 'interactive' | 'events_api' | 'slash_commands', payload: Payload) =>
    office.slack.deliverRaw({ kind, payload });
  const pressed = (value: unknown, more: Payload = {}): Payload => ({
    type: 'block_actions',
    user: { id: office.ada, username: 'ada' },
    channel: { id: office.ops },
    container: { message_ts: '1.1' },
    response_url: 'https://hooks.slack.com/actions/T0/1/secret',
    actions: [{ type: 'button', action_id: 'do:0', action_ts: '1.5', value }],
    ...more,
  });
  const sent = (meta: string, values: unknown = {}): Payload => ({
    type: 'view_submission',
    user: { id: office.ada, name: 'ada' },
    trigger_id: '1.2.d',
    view: {
      ...{ id: 'V1', hash: 'h', callback_id: 'form', type: 'modal', private_metadata: meta },
      ...{ blocks: [], state: { values } },
    },
  });

  it('refuses them, does nothing, and keeps working', async () => {
    const interactive = [
      pressed(null),
      pressed(7),
      pressed(JSON.stringify(PROTO)),
      pressed(PROTO),
      pressed('{}', { actions: [] }),
      pressed('{}', { actions: nested(500) }),
      pressed('{}', { user: null }),
      pressed('{}', { container: 'nowhere' }),
      sent(''),
      sent(JSON.stringify(PROTO)),
      sent(JSON.stringify({ command: 'train', to: { user: office.ada } })),
      { type: '__proto__' },
      { type: 'shortcut' },
      {},
    ];
    const events: Payload[] = [
      {},
      { type: 'event_callback' },
      { type: 'event_callback', event: null },
      { type: 'event_callback', event: { type: 'constructor' } },
      { type: 'event_callback', event_id: 'E1', event: { type: 'reaction_added', item: null } },
      { type: 'event_callback', event_id: 'E2', event: { type: 'app_home_opened' } },
      { type: 'url_verification', challenge: { toString: 'nothing' } },
    ];
    for (const payload of interactive)
      expect((await deliver('interactive', payload)).status).toBeDefined();
    for (const payload of events)
      expect((await deliver('events_api', payload)).status).toBeDefined();
    for (const payload of [{}, { command: '/train' }, { command: 'train', text: 'flights' }])
      expect((await deliver('slash_commands', payload)).status).toBeDefined();
    expect(office.dispatch.heard).toEqual([]);
    expect(JSON.stringify(office.lines)).not.toContain('hooks.slack.com');

    await office.slack.slashCommand({ command: '/status', user: office.ada, channel: office.ops });
    expect(office.dispatch.heard).toHaveLength(1);
  });

  it('logs why a request is not accepted, for any request', async () => {
    const shown = await deliver('events_api', { type: 'event_callback', event: null });
    expect(shown.status).toBe(500);
    expect(office.lines.at(-1)).toMatchObject({
      level: 'warn',
      message: 'an event of Slack is not acknowledged',
    });
  });

  it('passes names that mean something to the language on as names', async () => {
    const value = JSON.stringify({ command: 'constructor', argument: '__proto__' });
    await deliver('interactive', pressed(value));
    const input = { plain: { type: 'plain_text_input', value: 'x' } };
    const values = JSON.parse(
      JSON.stringify({ constructor_: input, proto_: input })
        .replace('constructor_', 'constructor')
        .replace('proto_', '__proto__'),
    );
    const meta = { command: 'toString', to: { user: office.ada, channel: office.ops } };
    await deliver('interactive', sent(JSON.stringify(meta), values));
    expect(office.dispatch.heard.map(({ what }) => what)).toMatchObject([
      { invocation: { command: 'constructor', input: '__proto__' } },
      { invocation: { command: 'toString', by: { user: office.ada } } },
    ]);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
