import { App, type CodedError } from '@slack/bolt';
import { type Clock, systemClock } from '../../core/clock.ts';
import { inWords, Unreachable } from '../../core/errors.ts';
import type { Dispatch, Platform } from '../../core/platform.ts';
import type { AdapterParts } from '../kind.ts';
import { onButtons } from './actions.ts';
import { createAnswers } from './answers.ts';
import { boltLogger, withoutSecrets } from './bolt-log.ts';
import { onCommands } from './commands.ts';
import type { SlackContext } from './context.ts';
import { asked } from './faults.ts';
import { createSearch } from './find.ts';
import { onHome } from './home.ts';
import { createLater } from './later.ts';
import { onMentions } from './mentions.ts';
import { createMessages } from './messages.ts';
import { createMembers } from './people.ts';
import { createPictures } from './pictures.ts';
import { createPlaces } from './places.ts';
import { markOn, onReactions, standingOn } from './reactions.ts';
import { openReceiver } from './receiver/index.ts';
import { onReplies, repliesTo } from './replies.ts';
import { createRespond } from './response-url.ts';
import { createSend } from './send.ts';
import { PACE_MS, type SlackSettings } from './settings.ts';
import { createSignIn } from './sign-in.ts';
import { createSubmissions } from './submissions.ts';
import { onForms } from './views.ts';
import { createWeb } from './web.ts';

const NAME = 'slack';
const OPENING_AGAIN_MS = { first: 500, most: 15_000 };

export interface SlackAdapter
  extends Required<Omit<Platform, 'spell' | 'channelsEnd' | 'oneConnection'>> {
  /** Address for Slack's requests, in HTTP mode and once it is open. */
  requestUrl(): string | undefined;
}

export function createSlackAdapter(
  settings: SlackSettings,
  { artifacts, commands, home, log, fatal = noted(log) }: AdapterParts,
  clock: Clock = systemClock,
): SlackAdapter {
  const { SLACK_BOT_TOKEN: token, SLACK_API_URL: apiUrl, SLACK_PREFIX: prefix } = settings;
  const logger = boltLogger(log);
  const web = createWeb({ token, apiUrl, logger });
  const { bot, signedIn } = createSignIn(web.client);

  let readAgain = () => {};
  const members = createMembers(
    web.client,
    log,
    () => bot().teams,
    () => readAgain(),
  );
  const places = createPlaces(web.client);
  const submissions = createSubmissions();
  const send = createSend(createPictures(web.client, artifacts, log), log);
  const search = createSearch(web.client, () => bot().id, log);
  const messages = createMessages({ web, send, search, places });
  const respond = createRespond(apiUrl, clock);
  const answer = createAnswers({
    web,
    send,
    places,
    respond,
    submissions,
    botName: () => bot().name,
  });
  const later = createLater(log);
  let opened: ReturnType<typeof openReceiver> | undefined;
  let again: NodeJS.Timeout | undefined;
  let stopping: Promise<void> | undefined;

  async function open(dispatch: Dispatch): Promise<void> {
    const me = await signedIn();
    readAgain = () => later.run('reading reactions again', async () => dispatch.missed(NAME));
    const receiver = openReceiver(settings, {
      ...{ web, logger, clock, log, onReconnect: readAgain, onHopeless: fatal },
    });
    const app = new App({
      token,
      receiver,
      logger,
      clientOptions: web.options,
      deferInitialization: true,
      convoStore: false,
      botUserId: me.id,
      ...(me.botId && { botId: me.botId }),
      tokenVerificationEnabled: false,
      extendedErrorHandler: true,
    });
    app.error(async ({ error, body }: { error: CodedError; body: object }) => {
      const { original = error } = error;
      const event = Object.entries(body).find(([key]) => ['event_id', 'trigger_id'].includes(key));
      const about = { platform: NAME, event: event?.[1], why: withoutSecrets(inWords(original)) };
      const stack = withoutSecrets(original.stack ?? '');
      log.error({ ...about, stack }, 'an event from Slack was not accepted');
      throw error;
    });
    const context: SlackContext = {
      ...{
        dispatch,
        members,
        places,
        web: web.client,
        commands,
        home,
        homeIsPlain: false,
        prefix,
        submissions,
        clock,
        log,
      },
      me: me.id,
      later: later.run,
    };
    for (const listen of [
      onCommands,
      onButtons,
      onForms,
      onReactions,
      onReplies,
      onMentions,
      onHome,
    ])
      listen(app, context);
    const groupsChanged = async () => {
      members.groupsChanged();
      later.run('recounting votes', () => dispatch.groupsChanged(NAME));
    };
    app.event('subteam_updated', groupsChanged);
    app.event('subteam_members_changed', groupsChanged);
    await app.init();
    await receiver.start();
    opened = receiver;
    log.info({ platform: NAME, as: me.name, workspace: me.workspace }, 'the Slack adapter is open');
    readAgain();
  }

  const hopeless = (error: unknown) =>
    fatal(error instanceof Error ? error : new Error(String(error)));

  /** While Slack is unreachable, everything else works, and the connection is retried. */
  async function openWhenThere(dispatch: Dispatch, waitMs = OPENING_AGAIN_MS.first): Promise<void> {
    try {
      await open(dispatch);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      log.warn({ platform: NAME, why: inWords(error) }, 'the Slack adapter opens later');
      const retry = () =>
        later.run('opening the Slack adapter', async () => {
          const next = Math.min(OPENING_AGAIN_MS.most, 2 * waitMs);
          if (!stopping) await openWhenThere(dispatch, next).catch(hopeless);
        });
      again = setTimeout(retry, waitMs);
    }
  }

  return {
    name: NAME,
    paceMs: PACE_MS,
    start(dispatch) {
      stopping = undefined;
      return openWhenThere(dispatch);
    },
    stop() {
      stopping ??= (async () => {
        clearTimeout(again);
        await opened?.stop();
        await later.done();
        // It may have opened in the meantime.
        await opened?.stop();
        opened = undefined;
      })();
      return stopping;
    },
    async post(...given) {
      await signedIn();
      return messages.post(...given);
    },
    edit: messages.edit,
    remove: messages.remove,
    answer,
    mark: (where, message, mark) => markOn(web.client, where, message, mark),
    async direct({ user }) {
      const opening = web.client.conversations.open({ users: user });
      const { channel } = await asked(`opening a direct message to ${user}`, opening);
      if (!channel?.id) throw new Error('Slack gave a conversation no name');
      places.isOurs(channel.id);
      return { platform: NAME, channel: channel.id };
    },
    async reactions(where, message) {
      const me = await signedIn();
      return standingOn(web.client, members, me.id, where, message);
    },
    async replies(where, message) {
      const { id: me } = await signedIn();
      return repliesTo(web.client, { me, members, commands, prefix }, where, message);
    },
    async whoIs({ user }) {
      await signedIn();
      return members.now(user);
    },
    requestUrl: () => opened?.url?.(),
  };
}

/** If no one handles the error, it is logged. */
function noted(log: AdapterParts['log']): (error: Error) => void {
  return (error) =>
    log.error({ platform: NAME, why: inWords(error) }, 'the Slack adapter is of no use');
}
