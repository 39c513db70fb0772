import { App, type CodedError } from '@slack/bolt';
import { type Clock, systemClock } from '../../core/clock.ts';
import { inWords, Unreachable } from '../../core/errors.ts';
import type { Hallway, Platform } from '../../core/platform.ts';
import type { DoorParts } from '../kind.ts';
import { hearButtons } from './actions.ts';
import { createAnswers } from './answers.ts';
import { boltLogger, withoutSecrets } from './bolt-log.ts';
import { hearCommands } from './commands.ts';
import type { Desk } from './desk.ts';
import { asked } from './faults.ts';
import { createSearch } from './find.ts';
import { hearHome } from './home.ts';
import { createLater } from './later.ts';
import { createMessages } from './messages.ts';
import { createMembers } from './people.ts';
import { createPictures } from './pictures.ts';
import { createPlaces } from './places.ts';
import { hearReactions, standingOn } from './reactions.ts';
import { openReceiver } from './receiver/index.ts';
import { createRespond } from './response-url.ts';
import { createSend } from './send.ts';
import { PACE_MS, type SlackSettings } from './settings.ts';
import { createSubmissions } from './submissions.ts';
import { hearForms } from './views.ts';
import { createWeb } from './web.ts';

const NAME = 'slack';
const OPENING_AGAIN_MS = 15_000;

export interface SlackDoor extends Required<Omit<Platform, 'spell'>> {
  /** Where Slack's requests go, in HTTP mode and once it is open. */
  requestUrl(): string | undefined;
}

export function createSlackDoor(
  settings: SlackSettings,
  { artifacts, commands, home, log, fatal = noted(log) }: DoorParts,
  clock: Clock = systemClock,
): SlackDoor {
  const { SLACK_BOT_TOKEN: token, SLACK_API_URL: apiUrl, SLACK_PREFIX: prefix } = settings;
  const logger = boltLogger(log);
  const web = createWeb({ token, apiUrl, logger });
  let bot: { id: string; name: string; teams: readonly string[] } = {
    ...{ id: '', name: 'wheelhouse', teams: [] },
  };

  let readAgain = () => {};
  const members = createMembers(
    web.client,
    log,
    () => bot.teams,
    () => readAgain(),
  );
  const places = createPlaces(web.client);
  const submissions = createSubmissions();
  const send = createSend(createPictures(web.client, artifacts, log), log);
  const search = createSearch(web.client, () => bot.id, log);
  const messages = createMessages({ web, send, search, places });
  const respond = createRespond(apiUrl, clock);
  const answer = createAnswers({
    web,
    send,
    places,
    respond,
    submissions,
    botName: () => bot.name,
  });
  const later = createLater(log);
  let opened: ReturnType<typeof openReceiver> | undefined;
  let again: NodeJS.Timeout | undefined;
  let stopping: Promise<void> | undefined;

  async function open(hallway: Hallway): Promise<void> {
    const me = await asked('signing in to Slack', web.client.auth.test());
    bot = {
      id: me.user_id ?? '',
      name: me.user ?? 'wheelhouse',
      teams: [me.team_id, me.enterprise_id].filter((id) => id !== undefined),
    };
    readAgain = () => later.run('reading reactions again', async () => hallway.missed(NAME));
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
      botUserId: bot.id,
      ...(me.bot_id && { botId: me.bot_id }),
      tokenVerificationEnabled: false,
      extendedErrorHandler: true,
    });
    app.error(async ({ error, body }: { error: CodedError; body: object }) => {
      const { original = error } = error;
      const event = Object.entries(body).find(([key]) => ['event_id', 'trigger_id'].includes(key));
      const about = { platform: NAME, event: event?.[1], why: withoutSecrets(inWords(original)) };
      const stack = withoutSecrets(original.stack ?? '');
      log.error({ ...about, stack }, 'an event of Slack was not taken in');
      throw error;
    });
    const desk: Desk = {
      ...{
        hallway,
        members,
        places,
        web: web.client,
        commands,
        home,
        prefix,
        submissions,
        clock,
        log,
      },
      me: bot.id,
      later: later.run,
    };
    for (const hear of [hearCommands, hearButtons, hearForms, hearReactions, hearHome])
      hear(app, desk);
    const groupsChanged = async () => {
      members.groupsChanged();
      later.run('counting votes anew', () => hallway.groupsChanged(NAME));
    };
    app.event('subteam_updated', groupsChanged);
    app.event('subteam_members_changed', groupsChanged);
    await app.init();
    await receiver.start();
    opened = receiver;
    log.info({ platform: NAME, as: bot.name, workspace: me.team }, 'the Slack door is open');
    readAgain();
  }

  const hopeless = (error: unknown) =>
    fatal(error instanceof Error ? error : new Error(String(error)));

  /** While Slack is away the rest of the house works: it is tried until it is there. */
  async function openWhenThere(hallway: Hallway): Promise<void> {
    try {
      await open(hallway);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      log.warn({ platform: NAME, why: inWords(error) }, 'the Slack door opens later');
      const retry = () =>
        later.run('opening the Slack door', async () => {
          if (!stopping) await openWhenThere(hallway).catch(hopeless);
        });
      again = setTimeout(retry, OPENING_AGAIN_MS);
    }
  }

  return {
    name: NAME,
    paceMs: PACE_MS,
    start: openWhenThere,
    stop() {
      stopping ??= (async () => {
        clearTimeout(again);
        await opened?.stop();
        await later.done();
        // It may have opened while we waited.
        await opened?.stop();
      })();
      return stopping;
    },
    post: messages.post,
    edit: messages.edit,
    answer,
    reactions: (where, message) => standingOn(web.client, members, bot.id, where, message),
    whoIs: ({ user }) => members.now(user),
    requestUrl: () => opened?.url?.(),
  };
}

/** Where nobody wants to know, whoever reads the log does. */
function noted(log: DoorParts['log']): (error: Error) => void {
  return (error) =>
    log.error({ platform: NAME, why: inWords(error) }, 'the Slack door is of no use');
}
