import { commands } from '../../commands/index.ts';

/** For a program that could not ask a bot. */
export const commandNames: readonly string[] = commands.map(({ name }) => name);
