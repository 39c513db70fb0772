import { BadInput } from '../../core/errors.ts';
import { parseWords } from '../../core/parse-words.ts';
import type { CommandShape } from '../../core/shape.ts';
import type { Environment } from '../kind.ts';
import { EVENTS, SCOPES } from './scopes.ts';
import { Prefix, UMBRELLA } from './settings.ts';

/** https://docs.slack.dev/reference/app-manifest#slash-commands */
const LIMITS = { commands: 50, command: 32, description: 2000, hint: 1000 };

/**
 * Slack refuses the whole manifest if it contains the name of a built-in command. These commands are available
 * through the umbrella command, or with a prefix. https://slack.com/help/articles/201259356-Slash-commands-in-Slack
 */
const TAKEN = new Set(
  `active apps archive away call collapse dm dnd expand feed feedback help huddle invite join keys kick
  leave list me msg mute open pref prefs pro remind remove rename search shortcuts shrug star status
  topic unarchive who`.split(/\s+/),
);

/**
 * Slack takes 50 commands per app. These are pressed as buttons, or typed once a year: they are available through the
 * umbrella command alone.
 */
const RARE = new Set([
  ...['accept', 'dismiss', 'admit', 'adopt', 'discard', 'release', 'repair', 'unlock'],
  ...['webhooks', 'replay', 'reason', 'confirm', 'runbook', 'oncall', 'note', 'import'],
]);

interface ManifestOptions {
  prefix: string;
  /** Address to which Slack sends its requests; without it, Socket Mode is used. */
  http?: string;
}

/** `npx wheelhouse manifest slack [--prefix ml-] [--http URL]`. Throws BadInput for other arguments. */
export function writeManifest(
  commands: readonly CommandShape[],
  environment: Environment,
  words: string[],
): string {
  return `${JSON.stringify(manifestOf(commands, optionsIn(environment, words)), null, 2)}\n`;
}

function manifestOf(commands: readonly CommandShape[], { prefix, http }: ManifestOptions) {
  const url = http === undefined ? {} : { url: http };
  const request = http === undefined ? {} : { request_url: http };
  const own = commands.filter(({ name }) => !isBehind(prefix, name));
  const behind = commands.filter(({ name }) => isBehind(prefix, name));
  if (own.length + 1 > LIMITS.commands)
    throw new BadInput(
      `Slack accepts at most ${LIMITS.commands} commands per app, and there are ${own.length + 1}.`,
    );
  return {
    _metadata: { major_version: 1, minor_version: 1 },
    display_information: {
      name: 'Wheelhouse',
      description: 'Run your team’s models from the channel you already use',
    },
    features: {
      app_home: {
        home_tab_enabled: true,
        messages_tab_enabled: true,
        messages_tab_read_only_enabled: false,
      },
      bot_user: { display_name: 'wheelhouse', always_online: true },
      slash_commands: [
        {
          command: `/${UMBRELLA}`,
          ...url,
          description: umbrellaOf(behind),
          usage_hint: 'COMMAND …, e.g. status',
          should_escape: false,
        },
        ...own.map((shape) => ({
          command: nameOf(shape, prefix),
          ...url,
          description: shape.summary.slice(0, LIMITS.description),
          ...hintOf(shape),
          should_escape: false,
        })),
      ],
    },
    oauth_config: { scopes: { bot: Object.keys(SCOPES) } },
    settings: {
      event_subscriptions: { ...request, bot_events: [...EVENTS] },
      interactivity: { is_enabled: true, ...request },
      org_deploy_enabled: false,
      socket_mode_enabled: http === undefined,
      token_rotation_enabled: false,
    },
  };
}

/** How a command is typed in this workspace. */
export function spelledIn(prefix: string): (command: string) => string {
  return (command) =>
    isBehind(prefix, command) ? `/${UMBRELLA} ${command}` : `/${prefix}${command}`;
}

/** Whether a command has no slash command of its own. */
function isBehind(prefix: string, name: string): boolean {
  return TAKEN.has(prefix + name) || RARE.has(name);
}

function umbrellaOf(behind: readonly CommandShape[]): string {
  const names = behind.map(({ name }) => name).join(', ');
  return `Every command by its name; the only way to ${names}`;
}

function nameOf({ name }: CommandShape, prefix: string): string {
  const command = `/${prefix}${name}`;
  if (command.length <= LIMITS.command) return command;
  throw new BadInput(
    `${command} is longer than the ${LIMITS.command} characters that Slack accepts.`,
    {
      next: 'Choose a shorter --prefix.',
    },
  );
}

/** The usage without the command, which Slack shows before it. */
function hintOf({ usage }: CommandShape): { usage_hint?: string } {
  const hint = usage.replace(/^\/\S+\s*/, '').slice(0, LIMITS.hint);
  return hint ? { usage_hint: hint } : {};
}

function optionsIn(environment: Environment, words: string[]): ManifestOptions {
  const given = parsed(words);
  const prefix = Prefix.safeParse(given.prefix ?? environment['SLACK_PREFIX'] ?? '');
  if (!prefix.success)
    throw new BadInput(
      `The prefix ${prefix.error.issues.map(({ message }) => message).join(', ')}.`,
    );
  const { http } = given;
  if (http === undefined) return { prefix: prefix.data };
  if (!URL.canParse(http) || new URL(http).protocol !== 'https:')
    throw new BadInput(
      '--http must be the URL of the bot as Slack reaches it, beginning with https://.',
      {
        next: 'E.g. --http https://bot.example.com/slack/events',
      },
    );
  return { prefix: prefix.data, http };
}

function parsed(words: string[]): { prefix?: string; http?: string } {
  const options = { prefix: { type: 'string' }, http: { type: 'string' } } as const;
  const usage = 'npx wheelhouse manifest slack [--prefix ml-] [--http https://host/slack/events]';
  return parseWords({ args: words, options }, usage).values;
}
