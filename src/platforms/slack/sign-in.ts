import type { webApi } from '@slack/bolt';
import { asked } from './faults.ts';

/** The bot in its workspace. */
interface Bot {
  /** Empty until it has signed in. */
  id: string;
  name: string;
  /** The workspace and, if there is one, its organization. */
  teams: readonly string[];
  /** Names for logs and for Bolt. */
  workspace?: string | undefined;
  botId?: string | undefined;
}

/**
 * Asks Slack once who the bot is. Also a bot that does not listen needs it: people are known by their workspace, and its
 * own messages by its ID.
 */
export function createSignIn(web: webApi.WebClient) {
  let bot: Bot = { id: '', name: 'wheelhouse', teams: [] };
  let asking: Promise<Bot> | undefined;

  async function ask(): Promise<Bot> {
    const me = await asked('signing in to Slack', web.auth.test());
    bot = {
      id: me.user_id ?? '',
      name: me.user ?? bot.name,
      teams: [me.team_id, me.enterprise_id].filter((id) => id !== undefined),
      ...{ workspace: me.team, botId: me.bot_id },
    };
    return bot;
  }

  return {
    /** As far as is known. */
    bot: () => bot,
    signedIn(): Promise<Bot> {
      asking ??= ask().catch((error: unknown) => {
        asking = undefined;
        throw error;
      });
      return asking;
    },
  };
}
