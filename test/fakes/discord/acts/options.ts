import type { RegisteredCommand } from '../kept.ts';
import type { CommandOption } from '../shapes.ts';
import { named, type World } from '../state.ts';
import type { Guild } from '../things.ts';

export type OptionValue = string | number | boolean;

interface Filled {
  name: string;
  type: number;
  value?: OptionValue;
  focused?: true;
  options?: Filled[];
}

/** What a client sends of a command's options. */
export interface FilledCommand {
  command: RegisteredCommand;
  options: Filled[];
  resolved: Record<string, Record<string, unknown>>;
}

interface Entered {
  /** `model show`: the command, then its subcommands. */
  name: string;
  options: Readonly<Record<string, OptionValue>>;
  /** The option being typed: its value may be incomplete. */
  focused?: string;
}

const SUBCOMMANDS = [1, 2];

/** What Discord's own client would send. @throws Error if it would not allow that */
export function fillIn(
  world: World,
  commands: readonly RegisteredCommand[],
  guild: Guild | undefined,
  { name, options, focused }: Entered,
): FilledCommand {
  const [head = '', ...path] = name.split(' ');
  const command = named(commands, head, (one) => [one.name]);
  const resolved: FilledCommand['resolved'] = {};
  const fill = (offered: readonly CommandOption[], steps: readonly string[]): Filled[] => {
    const [step, ...rest] = steps;
    if (step !== undefined) {
      const sub = named(offered, step, (one) => [one.name]);
      return [{ name: sub.name, type: sub.type, options: fill(sub.options ?? [], rest) }];
    }
    if (offered.some(({ type }) => SUBCOMMANDS.includes(type)))
      throw new Error(`/${name} is only the beginning of a command.`);
    for (const key of Object.keys(options)) named(offered, key, (one) => [one.name]);
    const missing = offered.find((one) => one.required && options[one.name] === undefined);
    if (missing !== undefined && focused === undefined)
      throw new Error(`/${name} needs the option ${missing.name}.`);
    return offered.flatMap((option) => {
      const value = options[option.name];
      if (value === undefined) return [];
      const here = option.name === focused;
      if (here && !option.autocomplete)
        throw new Error(`The option ${option.name} of /${name} does not complete.`);
      const entered = here ? value : checked(world, guild, option, value, resolved);
      return [
        {
          name: option.name,
          type: option.type,
          value: entered,
          ...(here ? { focused: true } : {}),
        },
      ];
    });
  };
  return { command, options: fill(command.options, path), resolved };
}

function checked(
  world: World,
  guild: Guild | undefined,
  option: CommandOption,
  value: OptionValue,
  resolved: FilledCommand['resolved'],
): OptionValue {
  const no = (why: string) => new Error(`${option.name}: ${JSON.stringify(value)} ${why}.`);
  const size = typeof value === 'string' ? value.length : Number(value);
  const [least, most] =
    option.type === 3
      ? [option.min_length ?? 0, option.max_length ?? 6000]
      : [option.min_value, option.max_value];
  const resolve = (kind: string, id: string, thing: Record<string, unknown>) => {
    resolved[kind] = { ...resolved[kind], [id]: thing };
    return id;
  };
  switch (option.type) {
    case 3:
      if (typeof value !== 'string') throw no('is no text');
      break;
    case 4:
      if (!Number.isInteger(value)) throw no('is no whole number');
      break;
    case 5:
      if (typeof value !== 'boolean') throw no('is neither true nor false');
      return value;
    case 6: {
      const user = named(world.users.values(), String(value), (one) => [one.id, one.username]);
      const { user: _, deaf, mute, ...member } = guild?.members.get(user.id) ?? {};
      if (guild !== undefined) resolve('members', user.id, { ...member, permissions: '0' });
      return resolve('users', user.id, user);
    }
    case 7: {
      const channel = named(world.channels.values(), String(value), (one) => [
        one.id,
        'name' in one ? one.name : undefined,
      ]);
      return resolve('channels', channel.id, { ...channel, permissions: '0' });
    }
    case 8: {
      const role = named(guild?.roles.values() ?? [], String(value), (one) => [one.id, one.name]);
      return resolve('roles', role.id, role);
    }
    case 10:
      if (typeof value !== 'number') throw no('is no number');
      break;
    default:
      throw no(`is for an option of type ${option.type}, which the double does not know`);
  }
  if (least !== undefined && size < least) throw no(`is below ${least}`);
  if (most !== undefined && size > most) throw no(`is above ${most}`);
  const choices = option.choices ?? [];
  if (choices.length > 0 && !choices.some((choice) => choice.value === value))
    throw no(`is none of ${choices.map((choice) => choice.value).join(', ')}`);
  return value;
}
