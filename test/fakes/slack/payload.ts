import type { Body } from './json.ts';
import { APP, BOT_USER, TEAM } from './seed.ts';
import { type State, serial } from './state.ts';

/** Fields of every interaction. https://docs.slack.dev/reference/interaction-payloads */
export function interaction({ upstream }: State, type: string, user: string): Body {
  const name = upstream.nameOf(user);
  return {
    type,
    token: 'unused',
    api_app_id: APP,
    team: { id: TEAM, domain: 'dockyard' },
    user: { id: user, username: name, name, team_id: TEAM },
    enterprise: null,
    is_enterprise_install: false,
  };
}

/** The envelope of the Events API. https://docs.slack.dev/apis/events-api#event-type-structure */
export function eventCallback(event: Body): Body {
  return {
    token: 'unused',
    team_id: TEAM,
    context_team_id: TEAM,
    context_enterprise_id: null,
    api_app_id: APP,
    event,
    type: 'event_callback',
    event_id: `Ev${String(serial()).padStart(9, '0')}`,
    event_time: Math.floor(Date.now() / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: TEAM,
        user_id: BOT_USER,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
    event_context: `4-context-${serial()}`,
  };
}
