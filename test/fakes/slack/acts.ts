import type { Deliver, Shown } from './deliver.ts';
import { filled, find } from './elements-in.ts';
import { inspect } from './inspect.ts';
import { type Body, bodyOf, isBody, listOf, textOf } from './json.ts';
import { eventCallback, interaction } from './payload.ts';
import type { Reader } from './read.ts';
import type { Passes } from './respond.ts';
import { APP, BOT_USER, TEAM } from './seed.ts';
import { type State, stamp } from './state.ts';
import type { Triggers } from './triggers.ts';

export interface Stage {
  state: State;
  deliver: Deliver;
  triggers: Triggers;
  passes: Passes;
  reader: Reader;
}

interface Typed {
  command: string;
  text?: string;
  user: string;
  channel: string;
}

interface Press {
  user: string;
  channel: string;
  ts: string;
  /** The label of the button, or its `action_id`; or those of a menu. */
  button: string;
  /** The choice in a menu: the value of the option, or its label. */
  option?: string;
}

interface Emoji {
  user: string;
  channel: string;
  ts: string;
  emoji: string;
  /** Default: added. */
  on?: boolean;
  /** It happens, and the bot gets no event, as while it was offline. */
  silently?: boolean;
}

/** User actions in channels; users and channels by ID. */
export function openActs({ state, deliver, triggers, passes, reader }: Stage) {
  const { upstream } = state;
  return {
    /** https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling */
    async slashCommand({ command, text = '', user, channel }: Typed): Promise<Shown> {
      const payload = {
        token: 'unused',
        team_id: TEAM,
        team_domain: 'dockyard',
        channel_id: channel,
        channel_name: upstream.nameOf(channel),
        user_id: user,
        user_name: upstream.nameOf(user),
        command,
        text,
        api_app_id: APP,
        is_enterprise_install: 'false',
        response_url: passes.issue(channel, user),
        trigger_id: triggers.issue(user),
      };
      const shown = await deliver({ kind: 'slash_commands', payload });
      const said = isBody(shown.body) ? shown.body : { text: shown.body };
      const speaks = Boolean(said['text']) || listOf(said['blocks']).length > 0;
      if (shown.acknowledged && speaks && !inspect(state, command, said, 'response_url'))
        await passes.say({ channel, user }, said);
      return shown;
    },

    /** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
    async press({ user, channel, ts, button, option }: Press): Promise<Shown> {
      const ephemeral = state.ephemerals.find((one) => one.ts === ts && one.user === user);
      const message = ephemeral ?? (await reader.raw(channel, ts));
      const blocks = listOf(message.blocks);
      const { block, element } = find(blocks, button);
      const { type, action_id, text, value, style } = element;
      const chosen = option === undefined ? { text, value, style } : filled(element, option);
      const thread = bodyOf(message)['thread_ts'];
      const payload = {
        ...interaction(state, 'block_actions', user),
        container: {
          type: 'message',
          message_ts: ts,
          channel_id: channel,
          is_ephemeral: ephemeral !== undefined,
          ...(thread === undefined || thread === ts ? {} : { thread_ts: thread }),
        },
        channel: { id: channel, name: upstream.nameOf(channel) },
        trigger_id: triggers.issue(user),
        response_url: passes.issue(channel, user, ts),
        // Slack does not resend ephemeral messages.
        ...(ephemeral ? {} : { message }),
        state: { values: {} },
        actions: [
          {
            ...defined({ ...chosen, type, action_id }),
            block_id: block['block_id'],
            action_ts: stamp(),
          },
        ],
      };
      return deliver({ kind: 'interactive', payload });
    },

    /** Undefined if the bot gets no event: by request, or because it is not in the channel. */
    async react({ user, channel, ts, emoji, on = true, silently }: Emoji) {
      const method = on ? 'reactions.add' : 'reactions.remove';
      const change = { channel, timestamp: ts, name: emoji };
      await upstream.must(method, change, upstream.tokenOf(user));
      if (silently || (await upstream.isMember(channel)) !== true) return undefined;
      const event = {
        type: on ? 'reaction_added' : 'reaction_removed',
        user,
        reaction: emoji,
        item: { type: 'message', channel, ts },
        item_user: (await reader.raw(channel, ts))['user'],
        event_ts: stamp(),
      };
      return deliver({ kind: 'events_api', payload: eventCallback(event) });
    },

    /** A user replies in a message's thread; undefined if the bot is not in the channel. */
    async reply({ user, channel, ts, text }: Omit<Press, 'button'> & { text: string }) {
      const message = { channel, thread_ts: ts, text };
      const posted = await upstream.must('chat.postMessage', message, upstream.tokenOf(user));
      if ((await upstream.isMember(channel)) !== true) return undefined;
      const parent = await reader.raw(channel, ts);
      const event = {
        ...{ type: 'message', channel, user, text, ts: posted['ts'], thread_ts: ts },
        ...{ parent_user_id: parent['user'], channel_type: 'channel', event_ts: posted['ts'] },
      };
      return deliver({ kind: 'events_api', payload: eventCallback(event) });
    },

    /**
     * A user mentions the bot: Slack sends two events for the message, with separate IDs.
     * https://docs.slack.dev/reference/events/app_mention
     */
    async mention({
      user,
      channel,
      ts,
      text,
    }: Partial<Pick<Press, 'ts'>> & Omit<Press, 'ts' | 'button'> & { text: string }) {
      const thread = ts === undefined ? {} : { thread_ts: ts };
      const message = { channel, text, ...thread };
      const posted = await upstream.must('chat.postMessage', message, upstream.tokenOf(user));
      const parent =
        ts === undefined ? {} : { parent_user_id: (await reader.raw(channel, ts))['user'] };
      const said = {
        ...{ user, channel, text, ts: posted['ts'], event_ts: posted['ts'], ...thread, ...parent },
      };
      const asMessage = { ...said, type: 'message', channel_type: 'channel' };
      await deliver({ kind: 'events_api', payload: eventCallback(asMessage) });
      const asMention = { ...said, type: 'app_mention' };
      return deliver({ kind: 'events_api', payload: eventCallback(asMention) });
    },

    /** A user opens the bot's Home tab. */
    openHome(user: string): Promise<Shown> {
      const event = { type: 'app_home_opened', user, channel: 'D0HOME', tab: 'home' };
      const payload = eventCallback({ ...event, event_ts: stamp() });
      return deliver({ kind: 'events_api', payload });
    },

    /** A user removes the bot from a channel; it gets no event. */
    async expel(channel: string, by: string): Promise<void> {
      await upstream.must('conversations.kick', { channel, user: BOT_USER }, upstream.tokenOf(by));
    },

    /** The direct-message channel of a user and the bot; its ID. */
    async directMessages(user: string): Promise<string> {
      const { channel } = await upstream.must('conversations.open', { users: user });
      return textOf(bodyOf(channel)['id']);
    },

    /** A user adds the bot to a channel, which sends it an event. */
    async invite(channel: string, by: string): Promise<Shown> {
      await upstream.must(
        'conversations.invite',
        { channel, users: BOT_USER },
        upstream.tokenOf(by),
      );
      const event = { type: 'member_joined_channel', user: BOT_USER, channel, inviter: by };
      const payload = eventCallback({ ...event, team: TEAM, event_ts: stamp() });
      return deliver({ kind: 'events_api', payload });
    },
  };
}

const defined = (body: Body): Body =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
