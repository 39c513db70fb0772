import { type REST, Routes } from 'discord.js';
import { z } from 'zod';
import type { CommandShape } from '../../core/shape.ts';
import { asFault } from './faults.ts';
import { toCommands } from './render/commands.ts';
import { sameCommands } from './render/same-commands.ts';
import type { Settings } from './settings.ts';

const Registered = z.array(z.unknown());

/** Maps our commands to Discord's and back. */
export function createCatalogue(shapes: readonly CommandShape[], { prefix }: Settings) {
  const wanted = toCommands(shapes, { prefix, umbrella: true });
  // In the order of the shapes; the umbrella command comes last.
  const byName = new Map(
    shapes.flatMap((shape, index) => {
      const name = wanted[index]?.name;
      return name === undefined || index >= wanted.length - 1 ? [] : [[name, shape] as const];
    }),
  );
  return {
    wanted,
    /** The command that Discord calls `name`. */
    named: (name: string): CommandShape | undefined => byName.get(name),
    /** The command with this name in Wheelhouse. */
    called: (name: string): CommandShape | undefined =>
      shapes.find((shape) => shape.name === name.toLowerCase()),
  };
}

export type Catalogue = ReturnType<typeof createCatalogue>;

/**
 * Where commands are registered: in each server that is configured, otherwise globally. Configured servers also show
 * the global ones, so those of an earlier start are removed.
 */
export function registers({ applicationId, guildIds }: Settings): Register[] {
  const everywhere = { route: Routes.applicationCommands(applicationId) };
  if (guildIds.length === 0) return [everywhere];
  const named = guildIds.map((guild) => ({
    guild,
    route: Routes.applicationGuildCommands(applicationId, guild),
  }));
  return [...named, { ...everywhere, none: true }];
}

interface Register {
  guild?: string;
  route: `/${string}`;
  /** No commands should be registered there. */
  none?: true;
}

const wantedAt = ({ none }: Register, { wanted }: Catalogue) => (none ? [] : wanted);

/** Whether exactly our commands are registered. */
export async function isRegistered(rest: REST, there: Register, catalogue: Catalogue) {
  return sameCommands(Registered.parse(await rest.get(there.route)), wantedAt(there, catalogue));
}

/** Replaces all of them, unless they are already the same. Returns whether that was needed. */
export async function register(rest: REST, there: Register, catalogue: Catalogue) {
  try {
    if (await isRegistered(rest, there, catalogue)) return false;
    await rest.put(there.route, { body: wantedAt(there, catalogue).map(asSent) });
    return true;
  } catch (error) {
    throw asFault(error, `Registering commands ${placeInWords(there)}`);
  }
}

/** According to Discord's OpenAPI document, permissions are a number in requests and text in responses. */
function asSent({ default_member_permissions: bits, ...body }: Catalogue['wanted'][number]) {
  return { ...body, ...(bits && { default_member_permissions: Number(bits) }) };
}

export const placeInWords = ({ guild }: Register): string =>
  guild === undefined ? 'everywhere' : `in server ${guild}`;
