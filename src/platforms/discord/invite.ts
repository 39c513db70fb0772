import { BadInput } from '../../core/errors.ts';
import type { Environment, Papers } from '../kind.ts';
import { NEEDED, union } from './permissions.ts';

/** `npx wheelhouse invite discord` */
export const invite: Papers = {
  verb: 'invite',
  summary: 'the address that invites the bot to a Discord server',
  write(_commands, environment: Environment, words) {
    const [word] = words;
    if (word !== undefined) throw new BadInput(`invite discord takes no "${word}".`);
    const id = environment['DISCORD_APPLICATION_ID']?.trim();
    if (!id)
      throw new BadInput('DISCORD_APPLICATION_ID is not set, and the address is made of it.', {
        next: "It stands under General Information on Discord's developer portal.",
      });
    const query = new URLSearchParams({
      client_id: id,
      scope: 'bot applications.commands',
      permissions: String(union(NEEDED.values())),
    });
    return `https://discord.com/oauth2/authorize?${query}`;
  },
};
