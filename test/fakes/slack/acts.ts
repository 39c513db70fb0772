import type { Deliver, Shown } from './deliver.ts';
import { find } from './elements-in.ts';
import { type Body, isBody, listOf } from './json.ts';
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
  /** The label of the button, or its `action_id`. */
  button: string;
}

interface Emoji {
  user: string;
  channel: string;
  ts: string;
  emoji: string;
  /** Default: put on. */
  on?: boolean;
  /** It happens, and the bot is not told: as while it was away. */
  silently?: boolean;
}

/** What people do in channels; ids of users and channels throughout. */
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
      if (shown.acknowledged && (said['text'] || listOf(said['blocks']).length > 0))
        await passes.say({ channel, user }, said);
      return shown;
    },

    /** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
    async press({ user, channel, ts, button }: Press): Promise<Shown> {
      const whispered = state.ephemerals.find((one) => one.ts === ts && one.user === user);
      const message = whispered ?? (await reader.raw(channel, ts));
      const blocks = listOf(message.blocks);
      const { block, element } = find(blocks, button);
      const { type, action_id, text, value, style } = element;
      const payload = {
        ...interaction(state, 'block_actions', user),
        container: {
          type: 'message',
          message_ts: ts,
          channel_id: channel,
          is_ephemeral: whispered !== undefined,
        },
        channel: { id: channel, name: upstream.nameOf(channel) },
        trigger_id: triggers.issue(user),
        response_url: passes.issue(channel, user, ts),
        // Slack does not repeat what only one person sees.
        ...(whispered ? {} : { message }),
        state: { values: {} },
        actions: [
          {
            ...defined({ type, action_id, text, value, style }),
            block_id: block['block_id'],
            action_ts: stamp(),
          },
        ],
      };
      return deliver({ kind: 'interactive', payload });
    },

    /** Undefined where the bot is not told: by wish, or because it is not in the channel. */
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

    /** Somebody looks at the bot's home tab. */
    openHome(user: string): Promise<Shown> {
      const event = { type: 'app_home_opened', user, channel: 'D0HOME', tab: 'home' };
      const payload = eventCallback({ ...event, event_ts: stamp() });
      return deliver({ kind: 'events_api', payload });
    },

    /** A user brings the bot into a channel, which tells it so. */
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
