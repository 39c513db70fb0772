import { describe, expect, it } from 'vitest';
import { note } from '../../../src/core/reply.ts';
import { slack } from '../../../src/platforms/slack/index.ts';
import { scriptedDispatch } from '../../fakes/dispatch.ts';
import { NO_SYSTEMS } from '../../fakes/no-systems.ts';
import { openSlack } from '../../fakes/slack/index.ts';
import { soon, WORKSPACE } from './harness.ts';

describe('platforms/slack settings', () => {
  const bot = { SLACK_BOT_TOKEN: 'xoxb-1' };

  it('stay shut without any, and open with a token and a way to hear', () => {
    expect(slack.read({ PATH: '/bin' })).toBeUndefined();
    expect(slack.read({ ...bot, SLACK_APP_TOKEN: 'xapp-1' })?.name).toBe('slack');
    expect(slack.read({ ...bot, SLACK_SIGNING_SECRET: '12345678' })?.name).toBe('slack');
  });

  it.each([
    [bot, 'SLACK_APP_TOKEN or SLACK_SIGNING_SECRET'],
    [{ SLACK_APP_TOKEN: 'xapp-1' }, 'SLACK_BOT_TOKEN'],
    [{ ...bot, SLACK_APP_TOKEN: 'xoxb-secret' }, 'SLACK_APP_TOKEN: must begin with xapp-'],
    [{ SLACK_BOT_TOKEN: 'xoxp-secret', SLACK_APP_TOKEN: 'xapp-1' }, 'must begin with xoxb-'],
    [{ ...bot, SLACK_APP_TOKEN: 'xapp-1', SLACK_API_URL: 'http://slack.example.com' }, 'https://'],
    [{ ...bot, SLACK_APP_TOKEN: 'xapp-1', SLACK_PORT: '99999' }, 'SLACK_PORT'],
    [{ ...bot, SLACK_APP_TOKEN: 'xapp-1', SLACK_PREFIX: 'ML' }, 'SLACK_PREFIX'],
  ])('%j names %s, and no secret', (environment, words) => {
    expect(() => slack.read(environment)).toThrow(words);
    expect(() => slack.read(environment)).not.toThrow('secret');
  });
});

describe('platforms/slack/index', () => {
  it('makes an adapter of its settings, which opens, hears, speaks and closes', async () => {
    const double = await openSlack(WORKSPACE);
    const settings = {
      SLACK_BOT_TOKEN: double.botToken,
      SLACK_APP_TOKEN: double.appToken,
      SLACK_API_URL: double.apiUrl,
      SLACK_PREFIX: 'ml-',
    };
    const log = { info() {}, warn() {}, error() {} };
    const artifacts = { read: () => Promise.reject(new Error('there are none')) };
    const parts = { artifacts, commands: [], home: [], ...NO_SYSTEMS, log };
    const adapter = slack.read(settings)?.open(parts);
    if (!adapter) throw new Error('the adapter stays shut');
    await adapter.stop();
    const dispatch = scriptedDispatch({ invoke: () => note('Hello') });
    const again = slack.read(settings)?.open(parts);
    await again?.start(dispatch);
    const [user, channel] = [double.user('ada'), double.channel('ops')];
    await double.slashCommand({ command: '/ml-status', text: 'flights', user, channel });
    expect(dispatch.invocations).toMatchObject([{ command: 'status', input: 'flights' }]);
    const card = { title: 'Hello', tone: 'note' } as const;
    const state = { outcome: 'done', data: null } as const;
    const ts = await again?.post({ platform: 'slack', channel }, card, { key: 'a', ...state });
    expect((await double.messages(channel)).map((message) => message.ts)).toEqual([ts]);
    expect(await again?.reactions?.({ platform: 'slack', channel }, ts ?? '')).toEqual([]);
    await again?.stop();
    await soon(() => expect(double.sockets.count()).toBe(0));
    await double.close();
    expect(double.faults).toEqual([]);
  });
});
