import { App } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { note } from '../../../src/core/reply.ts';
import { boltLogger } from '../../../src/platforms/slack/bolt-log.ts';
import { onCommands } from '../../../src/platforms/slack/commands.ts';
import type { SlackContext } from '../../../src/platforms/slack/context.ts';
import { onMentions } from '../../../src/platforms/slack/mentions.ts';
import type { Members } from '../../../src/platforms/slack/people.ts';
import { createPlaces } from '../../../src/platforms/slack/places.ts';
import { createGate } from '../../../src/platforms/slack/receiver/gate.ts';
import { createSubmissions } from '../../../src/platforms/slack/submissions.ts';
import { onForms } from '../../../src/platforms/slack/views.ts';
import { createWeb } from '../../../src/platforms/slack/web.ts';
import { scriptedDispatch } from '../../fakes/dispatch.ts';

const SILENT = { info() {}, warn() {}, error() {} };
const wait = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** Bolt with our listeners, without a connection: what arrives is given to the gate. */
async function listening(members: Pick<Members, 'identity' | 'isBot'>) {
  const logger = boltLogger(SILENT);
  const web = createWeb({ token: 'xoxb-1', apiUrl: 'http://127.0.0.1:9/', logger });
  const gate = createGate();
  const app = new App({
    token: 'xoxb-1',
    receiver: { init: gate.init, start: async () => {}, stop: async () => {} },
    logger,
    deferInitialization: true,
    convoStore: false,
    botUserId: 'UME',
    botId: 'BME',
    tokenVerificationEnabled: false,
  });
  const dispatch = scriptedDispatch({ invoke: () => note('Hello') });
  const context: SlackContext = {
    ...{ dispatch, web: web.client, places: createPlaces(web.client) },
    members: {
      ...members,
      now: async () => undefined,
      groupsChanged: () => {},
    },
    ...{ submissions: createSubmissions(), log: SILENT, clock: { now: () => new Date() } },
    ...{ commands: [], home: [], homeIsPlain: false, prefix: '', me: 'UME' },
    later: (_what, work) => void work(),
  };
  for (const listen of [onCommands, onForms, onMentions]) listen(app, context);
  await app.init();
  const hear = (body: Record<string, unknown>) => {
    const answered: Promise<unknown> = gate.listen(body, {
      retryNum: undefined,
      sent: Promise.resolve().then(() =>
        answered.then(
          () => performance.now(),
          () => undefined,
        ),
      ),
    });
    return answered;
  };
  return { dispatch, hear };
}

describe('platforms/slack, a form', () => {
  const members = {
    identity: async (user: string) => ({ platform: 'slack', user }),
    isBot: async () => false,
  };
  const meta = { command: 'train', to: { user: 'U1', channel: 'C1' } };
  const sent = (trigger: string) => ({
    type: 'view_submission',
    trigger_id: trigger,
    user: { id: 'U1' },
    view: {
      ...{ id: 'V1', hash: 'h', type: 'modal', callback_id: 'form' },
      blocks: [{ type: 'input', block_id: 'version' }],
      ...{ private_metadata: JSON.stringify(meta), state: { values: {} } },
    },
  });

  it('that is submitted again with the same values is one call, unless it showed an error', async () => {
    const { dispatch, hear } = await listening(members);
    const ids = () => [...new Set(dispatch.invocations.map(({ id }) => id))];
    await hear(sent('1.1'));
    await hear(sent('1.2'));
    expect(ids()).toHaveLength(1);
    dispatch.invoke = async (invocation) => {
      dispatch.invocations.push(invocation);
      return { ...note('There is no version 7.'), fault: 'refused' };
    };
    await hear(sent('1.3'));
    await hear(sent('1.4'));
    expect(ids()).toHaveLength(2);
  });
});

describe('platforms/slack, within three seconds', () => {
  const slow = {
    async identity(user: string) {
      await wait(1000);
      return { platform: 'slack', user };
    },
    isBot: async () => false,
  };
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('answers a form in time, although Slack names the person late and the event is stored late', async () => {
    const { dispatch, hear } = await listening(slow);
    dispatch.take = () => wait(600);
    dispatch.invoke = () => new Promise(() => {});
    let answered = false;
    const meta = { command: 'train', to: { user: 'U1', channel: 'C1' } };
    const view = {
      ...{ id: 'V1', hash: 'h', type: 'modal', callback_id: 'form', blocks: [] },
      ...{ private_metadata: JSON.stringify(meta), state: { values: {} } },
    };
    const sent = { type: 'view_submission', trigger_id: '1.2', user: { id: 'U1' }, view };
    void hear(sent).then(() => {
      answered = true;
    });
    await vi.advanceTimersByTimeAsync(2100);
    expect(answered).toBe(true);
  });

  it('does not count a command as accepted in time if the look-up took that time', async () => {
    const { dispatch, hear } = await listening(slow);
    dispatch.take = () => wait(1900);
    const typed = { command: '/status', user_id: 'U1', channel_id: 'C1', trigger_id: '1.2' };
    const heard = hear({ ...typed, text: '', response_url: 'https://hooks.slack.com/x' });
    await vi.advanceTimersByTimeAsync(3000);
    await heard;
    expect(dispatch.acknowledgements).toEqual([]);
  });
});

describe('platforms/slack/mentions', () => {
  it('are delivered again if Slack has not said whether a person or a program speaks', async () => {
    let isBot: boolean | undefined;
    const { dispatch, hear } = await listening({
      identity: async (user) => ({ platform: 'slack', user }),
      isBot: async () => isBot,
    });
    const event = {
      type: 'app_mention',
      user: 'U1',
      channel: 'C1',
      ts: '1.2',
      text: '<@UME> status',
    };
    const mentioned = { type: 'event_callback', event_id: 'Ev1', event };
    await expect(hear(mentioned)).rejects.toThrow('whether U1 is a person');
    expect(dispatch.heard).toEqual([]);
    isBot = true;
    await hear(mentioned);
    expect(dispatch.heard).toEqual([]);
    isBot = false;
    await hear(mentioned);
    expect(dispatch.heard).toMatchObject([{ what: { invocation: { command: 'status' } } }]);
  });
});
