import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { readSettings } from '../../config/settings.ts';
import { BadInput, Refused } from '../core/errors.ts';
import type { Registry } from '../registry/index.ts';
import { withNewRegistry, withRegistry } from './store.ts';

type Sums = Awaited<ReturnType<Registry['exportTo']>>;

/** Where what was moved is listed. */
interface Out {
  write(text: string): unknown;
}

/** `export FILE`: the whole registry, of MONGODB_URI or of the store in WHEELHOUSE_HOME. */
export async function runExport(
  words: readonly string[],
  out: Out,
  settings = readSettings(),
): Promise<void> {
  const path = fileOf('export', words);
  // Under its name stands only what was verified.
  const unfinished = `${path}.unfinished`;
  await demandFree(path);
  const file = await open(unfinished, 'w', 0o600);
  try {
    const sums = await withRegistry(settings, (registry) =>
      registry.exportTo((line) => file.appendFile(`${line}\n`)),
    );
    await file.sync();
    await file.close();
    await rename(unfinished, path);
    print(out, `Exported to ${path}, and read back:`, sums);
  } catch (error) {
    await file.close();
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** `import FILE`: into the empty database of MONGODB_URI, or into the store of a new WHEELHOUSE_HOME. */
export async function runImport(
  words: readonly string[],
  out: Out,
  settings = readSettings(),
): Promise<void> {
  const path = fileOf('import', words);
  const lines = () => createInterface({ input: createReadStream(path), crlfDelay: Infinity });
  const sums = await withNewRegistry(settings, (registry) => registry.importFrom(lines));
  print(out, `Imported from ${path}, and read back:`, sums);
}

function fileOf(verb: string, [path, ...more]: readonly string[]): string {
  if (path && more.length === 0 && !path.startsWith('-')) return path;
  throw new BadInput(`"${verb}" takes the name of one file.`, {
    next: `Say: npx wheelhouse ${verb} registry.ejson`,
  });
}

async function demandFree(path: string): Promise<void> {
  const there = await open(path, 'r').catch(() => undefined);
  await there?.close();
  if (there) throw new Refused(`${path} is there already, so nothing was exported.`);
}

function print(out: Out, title: string, sums: Sums): void {
  const rows = Object.entries(sums).map(
    ([name, { documents, sha256 }]) =>
      `  ${name.padEnd(18)} ${String(documents).padStart(7)}  ${sha256}\n`,
  );
  out.write(`${title}\n${rows.join('')}`);
}
