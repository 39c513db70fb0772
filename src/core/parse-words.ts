import { type ParseArgsConfig, parseArgs } from 'node:util';
import { BadInput } from './errors.ts';
import { didYouMean } from './suggest.ts';

/**
 * `parseArgs` for commands that run without a server.
 * @throws BadInput with the option that was probably meant, and the usage
 */
export function parseWords<T extends ParseArgsConfig>(config: T, usage: string) {
  try {
    return parseArgs(config);
  } catch (cause) {
    throw new BadInput(faultOf(cause, Object.keys(config.options ?? {})), {
      next: `Usage: ${usage}`,
      cause,
    });
  }
}

/** Node's own messages explain how to write a file name that looks like an option, and suggest nothing. */
function faultOf(cause: unknown, options: readonly string[]): string {
  const said = cause instanceof Error ? cause.message : String(cause);
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const [word = ''] = /(?<=')[^' ]+/.exec(said) ?? [];
  switch (code) {
    case 'ERR_PARSE_ARGS_UNKNOWN_OPTION':
      return `There is no option "${word}".${didYouMean(word.replace(/^-+/, ''), options, '--')}`;
    case 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE': {
      const name = word.split('=')[0]?.replace(/,$/, '');
      return said.includes('does not take') ? `${name} takes no value.` : `${name} needs a value.`;
    }
    case 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL':
      return `"${word}" is one word too many.`;
    default:
      return said;
  }
}
