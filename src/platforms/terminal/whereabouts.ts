import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BadInput, Unreachable } from '../../core/errors.ts';
import type { Flags } from './args.ts';

export interface Whereabouts {
  url: string;
  token: string;
  /** The command that starts a bot there: `npm run demo` in a folder with the state of a demo. */
  start: string;
}

export type Env = Readonly<Record<string, string | undefined>>;

/**
 * The bot's address and token: from the flags, then the environment, then the files in the home of a demo. The
 * file's address is used only with the file's token: the token of the environment must not be sent to an address
 * that someone else wrote into a folder.
 */
export async function findBot(flags: Flags, env: Env): Promise<Whereabouts> {
  const home = env['WHEELHOUSE_HOME'] || '.wheelhouse';
  const given = flags.token ?? (env['WHEELHOUSE_TOKEN'] || undefined);
  const token = given ?? (await lineOf(join(home, 'token')));
  const url =
    flags.url ??
    (env['WHEELHOUSE_URL'] || undefined) ??
    (given === undefined ? await lineOf(join(home, 'url')) : undefined) ??
    'http://127.0.0.1:4680';
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new BadInput(`${JSON.stringify(url)} is not a valid address.`, {
      next: 'Use an address such as http://127.0.0.1:4680.',
    });
  if (token === undefined)
    throw new Unreachable('No session token was found.', {
      next: 'Set WHEELHOUSE_TOKEN, or run this where the demo was started.',
    });
  // With it, the request itself would fail, as if the bot were not running.
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new BadInput('The session token contains invalid characters.', {
      next: 'Copy it again from the file "token" in the state folder.',
    });
  const start = given === undefined ? 'npm run demo' : 'npx wheelhouse start';
  return { url: url.replace(/\/+$/, ''), token, start };
}

async function lineOf(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.trim() || undefined;
}
