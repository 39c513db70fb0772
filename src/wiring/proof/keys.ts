import { join } from 'node:path';
import { readSettings, type Settings } from '../../../config/settings.ts';
import { BadInput, NotFound, Refused } from '../../core/errors.ts';
import { moment } from '../../core/figures.ts';
import { oneLine } from '../../core/one-line.ts';
import { parseWords } from '../../core/parse-words.ts';
import {
  allKeys,
  type KeyKind,
  type KnownKey,
  openPrivateKey,
  publishKey,
  revokeKey,
} from '../../proof/key-files.ts';

const USAGE = 'npx wheelhouse keys list [--json] | keys create | keys revoke ID --reason "TEXT"';

interface Out {
  write(text: string): unknown;
}

/** `keys list`, `keys create` and `keys revoke ID`: the keys of the state folder `home`. Needs no server, only that folder. */
export async function runKeys(
  words: readonly string[],
  out: Out,
  { home }: Pick<Settings, 'home'> = readSettings(),
): Promise<void> {
  const options = { json: { type: 'boolean' }, reason: { type: 'string' } } as const;
  const config = { args: [...words], options, allowPositionals: true } as const;
  const { values, positionals } = parseWords(config, USAGE);
  const [verb, id, ...more] = positionals;
  const dir = join(home, 'keys');
  if (verb === 'list' && id === undefined && values.reason === undefined)
    return list(await allKeys(dir), values.json === true, out);
  if (verb === 'create' && id === undefined && values.reason === undefined) return create(dir, out);
  if (verb === 'revoke' && id !== undefined && more.length === 0 && values.json === undefined)
    return revoke(dir, id, values.reason, out);
  throw new BadInput('"keys" takes "list", "create", or "revoke" with the ID of a key.', {
    next: `Usage: ${USAGE}`,
  });
}

/** For roles with separate state folders, which cannot find each other's public keys. Those that are there stay. */
async function create(dir: string, out: Out): Promise<void> {
  for (const kind of ['ticket', 'model', 'witness'] as const)
    await publishKey(dir, kind, await openPrivateKey(dir, kind));
  out.write(
    `The keys are in ${dir}. Copy "public" to the state folder of every role, "policy" only to that of the role ` +
      `"policy", and "witness" only to that of "bot".\n`,
  );
}

function list(keys: readonly KnownKey[], json: boolean, out: Out): void {
  if (json) return void out.write(`${JSON.stringify({ keys })}\n`);
  if (keys.length === 0) {
    out.write('There are no keys here yet. The roles make theirs at their first start.\n');
    return;
  }
  const rows = keys.map(({ kind, id, made, revoked }) => [
    ...[id, kind.padEnd(7), `${moment(made)} UTC`, revoked ? 'revoked' : 'trusted'],
  ]);
  out.write(`${rows.map((row) => row.join('  ')).join('\n')}\n`);
}

async function revoke(
  dir: string,
  given: string,
  reason: string | undefined,
  out: Out,
): Promise<void> {
  const id = given.toLowerCase();
  if (!/^[0-9a-f]{16,64}$/.test(id))
    throw new BadInput('The ID of a key has 16 to 64 hexadecimal digits. Nothing was revoked.', {
      next: '"npx wheelhouse keys list" lists them.',
    });
  if (reason === undefined || oneLine(reason) === '')
    throw new BadInput('"--reason" is missing. Nothing was revoked.', { next: `Usage: ${USAGE}` });
  const found = (await allKeys(dir)).find((one) => id.startsWith(one.id));
  if (!found)
    throw new NotFound(`There is no key ${id} in ${dir}. Nothing was revoked.`, {
      next: '"npx wheelhouse keys list" lists them.',
    });
  if (found.revoked) throw new Refused(`The key ${id} is revoked already.`);
  const at = new Date().toISOString().slice(0, 16);
  await revokeKey(dir, id, `${at}Z ${oneLine(reason)}`);
  out.write(`Revoked the ${NAMES[found.kind]} ${found.id}.\n${NEXT[found.kind]}\n`);
}

const NAMES: Readonly<Record<KeyKind, string>> = {
  ticket: 'key of tickets',
  model: 'key of model files',
  witness: 'key of the bot',
};

const NEXT: Readonly<Record<KeyKind, string>> = {
  ticket:
    'Running gateways notice within seconds. The role "policy" must be running: it makes another key and issues new tickets for what votes still allow. What has none after a minute is no longer served.',
  model:
    'The role "policy" makes another key within seconds. Versions that were signed by the old one are no longer proven: promote them again.',
  witness:
    'The role "bot" makes another key within seconds. Votes on open requests do not count any more: vote again. Orders that wait in the queue are refused.',
};
