import type { BaseInteraction } from 'discord.js';
import type { Address } from '../../core/address.ts';
import type { Identity } from '../../core/people.ts';
import type { Invocation } from '../../core/platform.ts';
import type { To } from './answers.ts';
import { actorOf } from './people.ts';
import { missingToPost } from './permissions.ts';

/** Who acted, where, and how to answer them. */
export interface Speaking {
  by: Identity;
  from: Address;
  to: To;
}

/** Undefined outside of channels, where we post nothing. */
export function speakingIn(interaction: BaseInteraction): Speaking | undefined {
  const { channelId, channel, appPermissions, token } = interaction;
  if (channelId === null) return undefined;
  return {
    by: actorOf(interaction),
    from: { platform: 'discord', channel: channelId },
    to: { token, missing: missingToPost(appPermissions, channel?.isThread() ?? false) },
  };
}

export function invocationOf(
  { id }: { id: string },
  { by, from }: Speaking,
  command: string,
  input: Invocation['input'],
): { invocation: Invocation } {
  return { invocation: { id, command, input, by, from } };
}
