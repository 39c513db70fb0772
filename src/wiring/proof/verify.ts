import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { BadInput } from '../../core/errors.ts';
import { parseWords } from '../../core/parse-words.ts';
import { publicKeyOf } from '../../proof/keys.ts';
import { checkBundle } from './check.ts';
import type { BundleFiles } from './files.ts';

const USAGE = 'npx wheelhouse verify PATH [--key FILE] [--json]';

/** `verify PATH`: checks a bundle with a public key alone. Resolves with the exit code: 1 if anything was changed. */
export async function runVerify(
  words: readonly string[],
  out: { write(text: string): unknown },
): Promise<number> {
  const options = { key: { type: 'string' }, json: { type: 'boolean' } } as const;
  const config = { args: [...words], options, allowPositionals: true } as const;
  const { values, positionals } = parseWords(config, USAGE);
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0)
    throw new BadInput('"verify" takes the folder of a bundle.', { next: `Usage: ${USAGE}` });
  const key = values.key === undefined ? undefined : publicKeyOf(await textOf(values.key));
  const checks = checkBundle(await filesIn(path), key);
  const ok = checks.every(({ why }) => why === undefined);
  if (values.json === true)
    out.write(`${JSON.stringify({ ok, trusted: key !== undefined, checks }, null, 2)}\n`);
  else {
    for (const { what, why } of checks)
      out.write(why === undefined ? `✔ ${what}\n` : `✖ ${what}: ${why}\n`);
    out.write(ok ? 'Nothing was changed.\n' : 'The bundle cannot be relied on.\n');
    if (key === undefined)
      out.write(
        'The key is the one in the bundle. Pass the public key that you trust with --key.\n',
      );
  }
  return ok ? 0 : 1;
}

/** Far more than a bundle has. */
const MOST = 100;

async function filesIn(path: string): Promise<BundleFiles> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(
    (cause: unknown) => {
      throw new BadInput(`${path} is not a folder that can be read.`, {
        next: `Usage: ${USAGE}`,
        cause,
      });
    },
  );
  const files = entries.filter((entry) => !entry.isDirectory()).slice(0, MOST);
  return new Map(
    await Promise.all(
      files.map(async ({ parentPath, name }) => {
        const file = join(parentPath, name);
        return [relative(path, file).split(sep).join('/'), await readFile(file)] as const;
      }),
    ),
  );
}

function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new BadInput(`The key ${file} cannot be read, so nothing was checked.`, {
      next: 'Public keys are in keys/public of the state folder. Without --key, the key in the bundle is used.',
      cause,
    });
  });
}
