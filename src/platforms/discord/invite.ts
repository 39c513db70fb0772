import { BadInput } from '../../core/errors.ts';
import type { Environment } from '../kind.ts';
import { NEEDED, union } from './permissions.ts';
import { Snowflake } from './settings.ts';

/** Throws BadInput for arguments, and if the application ID is not set. */
export function inviteAddress(environment: Environment, [word]: readonly string[]): string {
  if (word !== undefined) throw new BadInput(`invite discord takes no "${word}".`);
  const id = environment['DISCORD_APPLICATION_ID']?.trim();
  if (!id)
    throw new BadInput('DISCORD_APPLICATION_ID is not set, and the invite address needs it.', {
      next: "It stands under General Information on Discord's developer portal.",
    });
  if (!Snowflake.safeParse(id).success)
    throw new BadInput('DISCORD_APPLICATION_ID is not a Discord id, which has 17 to 20 digits.', {
      next: "Copy the Application ID under General Information on Discord's developer portal.",
    });
  const query = new URLSearchParams({
    client_id: id,
    scope: 'bot applications.commands',
    permissions: String(union(NEEDED.values())),
  });
  return `https://discord.com/oauth2/authorize?${query}`;
}
