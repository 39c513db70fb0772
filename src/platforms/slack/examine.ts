import type { webApi } from '@slack/bolt';
import { inWords } from '../../core/errors.ts';
import type { CheckResult, ClosedAdapter } from '../kind.ts';
import { boltLogger, withoutSecrets } from './bolt-log.ts';
import { asked, codeOf, inOurWords } from './faults.ts';
import { SCOPES } from './scopes.ts';
import type { SlackSettings } from './settings.ts';
import { createWeb } from './web.ts';

/** Requests are refused from 300 s; this leaves time to correct the clock. */
const SKEW_S = 60;
const SILENT = { info() {}, warn() {}, error() {} };
const AGAIN =
  'Paste the manifest from "npx wheelhouse manifest slack" again and reinstall the app.';

/** Checks the tokens, the permissions, the clock and the channels. Changes nothing, never throws. */
export async function examineSlack(
  settings: SlackSettings,
  { channels }: Parameters<ClosedAdapter['examine']>[0],
): Promise<CheckResult[]> {
  let date: string | null = null;
  const web = createWeb({
    token: settings.SLACK_BOT_TOKEN,
    apiUrl: settings.SLACK_API_URL,
    logger: boltLogger(SILENT),
    onAnswer: ({ headers }) => {
      date ??= headers.get('date');
    },
  }).client;

  try {
    const bot = await asked('checking SLACK_BOT_TOKEN', web.auth.test());
    return [
      { what: `SLACK_BOT_TOKEN is @${bot.user} in the workspace ${bot.team}`, ok: true },
      ...rights(bot.response_metadata?.scopes),
      await deliveries(web, settings),
      ...clock(date),
      ...(await Promise.all(channels.map((id) => channel(web, id, bot.user ?? 'wheelhouse')))),
    ];
  } catch (error) {
    return [wrong('SLACK_BOT_TOKEN works', error)];
  }
}

/** `given`: the permissions that Slack lists in each response; undefined if unknown. */
function rights(given: readonly string[] | undefined): CheckResult[] {
  if (!given) return [];
  const missing = Object.entries(SCOPES).filter(([scope]) => !given.includes(scope));
  if (missing.length === 0) return [{ what: 'the app has all required scopes', ok: true }];
  return missing.map(([scope, without]) => ({
    what: `the app lacks the scope ${scope}: ${without}`,
    ok: false,
    next: AGAIN,
  }));
}

async function deliveries(web: webApi.WebClient, settings: SlackSettings): Promise<CheckResult> {
  const { SLACK_APP_TOKEN: token, SLACK_HOST, SLACK_PORT } = settings;
  if (token === undefined)
    return {
      what: `SLACK_SIGNING_SECRET is there: Slack must reach ${SLACK_HOST}:${SLACK_PORT}/slack/events through https`,
      ok: true,
    };
  const what = 'SLACK_APP_TOKEN opens Socket Mode';
  try {
    await asked('checking SLACK_APP_TOKEN', web.apps.connections.open({ token }));
    return { what, ok: true };
  } catch (error) {
    return {
      ...wrong(what, error),
      next: 'Make an app-level token with the scope connections:write, under Basic Information of the app.',
    };
  }
}

function clock(date: string | null): CheckResult[] {
  const theirs = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(theirs)) return [];
  const skew = Math.round(Math.abs(Date.now() - theirs) / 1000);
  const ok = skew <= SKEW_S;
  return [
    {
      what: ok ? 'the clock agrees with Slack' : `the clock differs from Slack by ${skew} s`,
      ok,
      ...(!ok && { next: 'Correct the clock, e.g. with NTP: at 300 s requests are refused.' }),
    },
  ];
}

async function channel(web: webApi.WebClient, id: string, bot: string): Promise<CheckResult> {
  try {
    const { channel: found } = await web.conversations.info({ channel: id });
    const name = `#${found?.name ?? id}`;
    if (found?.is_archived)
      return {
        what: `${name} is archived`,
        ok: false,
        next: 'Unarchive it, or configure another channel.',
      };
    return found?.is_member
      ? { what: `the bot is in ${name}`, ok: true }
      : { what: `the bot is not in ${name}`, ok: false, next: `Run /invite @${bot} in ${name}.` };
  } catch (error) {
    if (['channel_not_found', 'not_in_channel'].includes(codeOf(error) ?? ''))
      return {
        what: `channel ${id} does not exist, or the bot cannot see it`,
        ok: false,
        next: `If it is private, run /invite @${bot} there; otherwise correct the id in the configuration.`,
      };
    return wrong(`the bot is in ${id}`, inOurWords(error, `looking at ${id}`));
  }
}

function wrong(what: string, error: unknown): CheckResult {
  return { what: `cannot be confirmed: ${what}`, ok: false, next: withoutSecrets(inWords(error)) };
}
