import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Refused } from '../../../src/core/errors.ts';
import { note } from '../../../src/core/reply.ts';
import { scriptedDispatch } from '../../fakes/dispatch.ts';
import { makeAdapter, type Office, openOffice, soon } from './harness.ts';

describe('platforms/slack in Socket Mode', () => {
  let office: Office;
  beforeEach(async () => {
    office = await openOffice({ invoke: () => note('Hello') });
  });
  afterEach(() => office.close());

  const missed = () => office.dispatch.missedAt.length;
  const connected = (times: number) =>
    soon(() => {
      expect(office.slack.sockets.opened()).toBe(times);
      expect(missed()).toBe(times);
    });
  const status = () =>
    office.slack.slashCommand({ command: '/status', user: office.ada, channel: office.ops });

  it('reads reactions again at the start and each time it has been away', async () => {
    await connected(1);
    office.slack.sockets.drop();
    await connected(2);
    office.slack.sockets.refresh('refresh_requested', 'all');
    await connected(3);
    expect((await status()).acknowledged).toBe(true);
    expect(office.dispatch.missedAt).toEqual(['slack', 'slack', 'slack']);
  });

  it('keeps trying while Slack is away', async () => {
    let refused = 0;
    office.slack.trouble = (method) => {
      if (method !== 'apps.connections.open' || refused >= 4) return undefined;
      refused += 1;
      return { status: 500, after: false };
    };
    office.slack.sockets.drop();
    await connected(2);
    expect(refused).toBe(4);
    expect((await status()).acknowledged).toBe(true);
  });

  it('gets the events that came while it was away', async () => {
    const where = { platform: 'slack', channel: office.ops };
    const card = { title: 'Promote?', tone: 'note' } as const;
    const ts = await office.platform.post(where, card, {
      key: 'a',
      outcome: 'pending',
      data: null,
    });
    office.slack.sockets.drop();
    const shown = await office.slack.react({
      ...{ user: office.ada, channel: office.ops, ts, emoji: 'x' },
    });
    expect(shown?.acknowledged).toBe(true);
    expect(office.dispatch.reactions).toHaveLength(1);
  });

  it('stops twice, and opens no connection after that', async () => {
    await office.platform.stop();
    await office.platform.stop();
    await soon(() => expect(office.slack.sockets.count()).toBe(0));
    expect(office.slack.sockets.opened()).toBe(1);
  });

  it('stops while it is waiting to connect again', async () => {
    office.slack.trouble = (method) =>
      method === 'apps.connections.open' ? { status: 500, after: false } : undefined;
    office.slack.sockets.drop();
    await soon(() =>
      expect(office.lines.some(({ message }) => message.includes('trying again'))).toBe(true),
    );
    await office.platform.stop();
    expect(office.slack.sockets.count()).toBe(0);
  });

  it.each([
    ['SLACK_BOT_TOKEN', 'xoxb-wrong'],
    ['SLACK_APP_TOKEN', 'xapp-wrong'],
  ])('does not open with a wrong %s, and names it', async (name, value) => {
    const { adapter, lines } = makeAdapter(office.slack, 'socket', {
      environment: { [name]: value },
    });
    const thrown = await adapter.start(scriptedDispatch({})).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(Refused);
    expect(thrown).toMatchObject({ next: expect.stringContaining(name) });
    expect(JSON.stringify([String(thrown), lines])).not.toContain(value);
    await adapter.stop();
  });

  it('says that it is hopeless where the token was taken back', async () => {
    office.slack.trouble = (method) =>
      method === 'apps.connections.open' ? { error: 'token_revoked' } : undefined;
    office.slack.sockets.drop();
    await soon(() =>
      expect(office.lines.filter(({ level }) => level === 'error')).toMatchObject([
        { message: 'fatal', fields: { error: expect.any(Refused) } },
      ]),
    );
  });

  it('does not hold up the rest while Slack is away', async () => {
    office.slack.trouble = () => ({ status: 503, after: false });
    const { adapter, lines } = makeAdapter(office.slack, 'socket');
    await adapter.start(scriptedDispatch({}));
    expect(lines).toContainEqual(
      expect.objectContaining({ message: 'the Slack adapter opens later' }),
    );
    await adapter.stop();
  });

  it('says that the signing secret is not used with a socket token', async () => {
    const environment = { SLACK_SIGNING_SECRET: 'a-signing-secret' };
    const { adapter, lines } = makeAdapter(office.slack, 'socket', { environment });
    await adapter.start(scriptedDispatch({}));
    const message = expect.stringContaining('not needed');
    expect(lines).toContainEqual(expect.objectContaining({ level: 'info', message }));
    await adapter.stop();
  });
});
