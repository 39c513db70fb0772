import type { Fault } from './errors.ts';
import { refusals } from './errors.ts';
import type { Held, Interaction, Modal, RegisteredCommand } from './kept.ts';
import { Clock, snowflakes } from './snowflakes.ts';
import {
  type Channel,
  EVERYTHING,
  type Guild,
  newMember,
  newRole,
  newTextChannel,
  newUser,
  type User,
} from './things.ts';

/** IDs are generated if not given; roles are named by those of the same guild. */
export interface Seed {
  token?: string;
  application?: { id?: string; name?: string };
  bot?: { id?: string; name?: string };
  guilds?: readonly GuildSeed[];
}

interface GuildSeed {
  id?: string;
  name: string;
  roles?: readonly { id?: string; name: string }[];
  members?: readonly { id?: string; name: string; roles?: readonly string[]; bot?: boolean }[];
  channels?: readonly { id?: string; name: string }[];
}

/** Everything on the platform's side. */
export class World {
  readonly clock = new Clock();
  /** Discord waits this long for the first response, in milliseconds. */
  ackWithin = 3000;
  readonly nextId = snowflakes(this.clock);
  readonly faults: Fault[] = [];
  readonly users = new Map<string, User>();
  readonly guilds = new Map<string, Guild>();
  readonly channels = new Map<string, Channel>();
  readonly threadMembers = new Map<string, Map<string, string>>();
  /** Every message, ephemeral ones included, oldest first. */
  readonly messages = new Map<string, Held>();
  readonly files = new Map<string, { bytes: Buffer; type: string }>();
  /** Registered commands by guild ID; '' is global. */
  readonly commands = new Map<string, RegisteredCommand[]>();
  readonly interactions = new Map<string, Interaction>();
  /** Open forms. */
  readonly modals: Modal[] = [];
  /** The message created with a nonce, by channel and nonce. */
  readonly nonces = new Map<string, { message: Held; at: number }>();
  readonly token: string;
  readonly applicationId: string;
  readonly applicationName: string;
  readonly bot: User;
  /** Where the files are served. */
  cdn = '';
  /** Set by the gateway: sends to every connected client. */
  dispatch: (event: string, data: Record<string, unknown>) => void = () => {};

  constructor(seed: Seed) {
    this.token = seed.token ?? 'the.bot.token';
    this.applicationId = seed.application?.id ?? this.nextId();
    this.applicationName = seed.application?.name ?? 'Wheelhouse';
    this.bot = newUser(seed.bot?.id ?? this.applicationId, seed.bot?.name ?? 'wheelhouse', true);
    this.users.set(this.bot.id, this.bot);
    for (const guild of seed.guilds ?? []) this.#addGuild(guild);
  }

  #addGuild(seed: GuildSeed): void {
    const id = seed.id ?? this.nextId();
    // The @everyone role has the guild's ID; the bot's role is an ordinary one.
    const roles = [
      newRole(id, '@everyone', 0, EVERYTHING),
      ...(seed.roles ?? []).map((role, index) =>
        newRole(role.id ?? this.nextId(), role.name, index + 1),
      ),
    ];
    const members = (seed.members ?? []).map((member) => {
      const known = [...this.users.values()].find(({ username }) => username === member.name);
      const user = known ?? newUser(member.id ?? this.nextId(), member.name, member.bot ?? false);
      this.users.set(user.id, user);
      const held = roles.filter(({ name }) => member.roles?.includes(name));
      const missing = member.roles?.find((name) => !roles.some((role) => role.name === name));
      if (missing !== undefined) throw new Error(`${seed.name} has no role ${missing}.`);
      return newMember(
        user,
        held.map((role) => role.id),
        this.clock.stamp(),
      );
    });
    const bot = newMember(this.bot, [], this.clock.stamp());
    this.guilds.set(id, {
      id,
      name: seed.name,
      owner: members[0]?.user.id ?? this.bot.id,
      roles: new Map(roles.map((role) => [role.id, role])),
      members: new Map([bot, ...members].map((member) => [member.user.id, member])),
    });
    for (const [position, { id: given, name }] of (seed.channels ?? []).entries()) {
      const channel = newTextChannel(given ?? this.nextId(), id, name, position);
      this.channels.set(channel.id, channel);
    }
  }

  fault(kind: Fault['kind'], where: string, what: string): void {
    this.faults.push({ kind, where, what });
  }

  channel(id: string): Channel {
    const channel = this.channels.get(id);
    if (channel === undefined) throw refusals.unknownChannel();
    return channel;
  }

  guild(id: string): Guild {
    const guild = this.guilds.get(id);
    if (guild === undefined) throw refusals.unknownGuild();
    return guild;
  }

  /** A message that everyone in the channel sees. */
  message(channel: string, id: string): Held {
    const held = this.messages.get(id);
    if (held === undefined || held.channel.id !== channel || held.onlyFor !== undefined)
      throw refusals.unknownMessage();
    return held;
  }

  guildOf(channel: Channel): Guild | undefined {
    return 'guild_id' in channel ? this.guild(channel.guild_id) : undefined;
  }
}

/** By ID or by name. @throws Error naming what there is */
export function named<T extends object>(
  things: Iterable<T>,
  word: string,
  labels: (thing: T) => readonly (string | undefined)[],
): T {
  const all = [...things];
  const found = all.find((thing) => labels(thing).includes(word));
  if (found !== undefined) return found;
  const there = all.map((thing) => labels(thing).at(-1)).join(', ');
  throw new Error(`There is no ${JSON.stringify(word)}, only: ${there || 'nothing'}.`);
}
