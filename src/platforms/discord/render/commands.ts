import {
  type APIApplicationCommandBasicOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  PermissionFlagsBits,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord.js';
import type { CommandShape, OptionShape } from '../../../core/shape.ts';
import { shorten } from './fit.ts';
import { COMMAND } from './limits.ts';

type CommandBody = RESTPostAPIChatInputApplicationCommandsJSONBody;

/** The command that accepts any command line as text. */
export const UMBRELLA = { name: 'wheelhouse', option: 'line' } as const;

/**
 * The dispatch checks roles, for each person and event, so an operator needs no role on Discord. "0" would hide the
 * commands from everyone until an admin of the server allows each of them, and the bot would not work after
 * installation. So they require a permission that every member has; only people who can just read do not see them.
 */
const ABOVE_VIEWER = PermissionFlagsBits.SendMessages.toString();

/**
 * Our commands for registration with Discord, with typed options. What does not fit is mentioned in a description, and
 * is available through the umbrella command.
 * @param prefix before each name, for a server where another bot uses the names
 */
export function toCommands(
  shapes: readonly CommandShape[],
  { prefix, umbrella }: { prefix: string; umbrella: boolean },
): CommandBody[] {
  const most = COMMAND.count - (umbrella || shapes.length > COMMAND.count ? 1 : 0);
  const native = shapes.slice(0, most).map((shape) => commandOf(shape, prefix));
  return umbrella || native.length < shapes.length
    ? [...native, umbrellaOver(shapes.length - native.length)]
    : native;
}

function commandOf(shape: CommandShape, prefix: string): CommandBody {
  // A command with a form can be called without words: the form asks for the values.
  const asked = shape.options.map((option) =>
    shape.form ? { ...option, required: false } : option,
  );
  const inOrder = asked.toSorted((a, b) => Number(b.required) - Number(a.required));
  const shown = inOrder.slice(0, COMMAND.options);
  const missing = inOrder.length - shown.length;
  const note = missing > 0 ? ` (+ ${missing} options, to be typed)` : '';
  const whole = body(
    `${prefix}${shape.name}`,
    shorten(shape.summary, COMMAND.description - note.length) + note,
    shown.map((option) => optionOf(option, option.choices)),
    shape.role === 'viewer' ? undefined : ABOVE_VIEWER,
  );
  return sizeOf(whole) <= COMMAND.total
    ? whole
    : { ...whole, options: shown.map((option) => optionOf(option, undefined)) };
}

function umbrellaOver(others: number): CommandBody {
  const only = others > 0 ? ` (${others} are reached by this one alone)` : '';
  return body(UMBRELLA.name, `Any command, as one would type it${only}`, [
    {
      type: ApplicationCommandOptionType.String,
      name: UMBRELLA.option,
      description: 'For example: status',
      required: false,
      autocomplete: true,
    },
  ]);
}

function body(
  name: string,
  description: string,
  options: APIApplicationCommandBasicOption[],
  permissions?: string,
): CommandBody {
  return {
    type: ApplicationCommandType.ChatInput,
    name: nameOf(name),
    description,
    options,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    ...(permissions !== undefined && { default_member_permissions: permissions }),
  };
}

function optionOf(
  { name, summary, kind, required, suggests, min, max }: OptionShape,
  choices: readonly string[] | undefined,
): APIApplicationCommandBasicOption {
  const head = {
    name: nameOf(name),
    description: shorten(summary, COMMAND.description),
    required,
  };
  if (kind === 'flag') return { ...head, type: ApplicationCommandOptionType.Boolean };
  if (kind === 'number')
    return {
      ...head,
      type: ApplicationCommandOptionType.Integer,
      ...(min !== undefined && { min_value: min }),
      ...(max !== undefined && { max_value: max }),
    };
  const text = { ...head, type: ApplicationCommandOptionType.String as const };
  if (choices && able(choices))
    return { ...text, choices: choices.map((value) => ({ name: value, value })) };
  return { ...text, autocomplete: suggests !== undefined || kind === 'pairs' };
}

/** If there are too many choices, none are listed: only listed ones could be entered. */
function able(choices: readonly string[]): boolean {
  const fit = choices.every((value) => value.trim() !== '' && value.length <= COMMAND.choice);
  return fit && choices.length > 0 && choices.length <= COMMAND.choices;
}

/** https://docs.discord.com/developers/interactions/application-commands#application-command-object-application-command-naming */
function nameOf(name: string): string {
  const allowed = name.toLowerCase().replace(/[^-_\p{L}\p{N}]/gu, '-');
  return allowed.slice(0, COMMAND.name).replace(/\p{Cs}$/u, '') || '-';
}

function sizeOf({ name, description, options = [] }: CommandBody): number {
  const texts = options.flatMap((option) => [
    option.name,
    option.description,
    ...('choices' in option ? (option.choices ?? []) : []).flatMap((choice) => [
      choice.name,
      String(choice.value),
    ]),
  ]);
  return [name, description, ...texts].reduce((sum, text) => sum + text.length, 0);
}
