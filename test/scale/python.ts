import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, rename, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CACHE = new URL('../../node_modules/.cache/scale/', import.meta.url);

/**
 * A Python interpreter with these packages, in a virtual environment that is kept for the next run. Undefined, with a
 * notice, if there is no Python or the packages are not available.
 * @param packages pinned, e.g. `mlflow==3.17.2`
 */
export async function pythonWith(packages: readonly string[]): Promise<string | undefined> {
  const name = createHash('sha256').update(packages.join(' ')).digest('hex').slice(0, 12);
  const folder = fileURLToPath(new URL(`python-${name}`, CACHE));
  const python = `${folder}/bin/python`;
  const exists = await access(folder).then(
    () => true,
    () => false,
  );
  if (exists) return python;
  const unfinished = `${folder}-${process.pid}`;
  try {
    await run('python3', ['-m', 'venv', unfinished]);
    await run(`${unfinished}/bin/python`, ['-m', 'pip', 'install', '--quiet', ...packages]);
    await rename(unfinished, folder);
    return python;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    console.warn(`Skipped what needs ${packages.join(', ')} from PyPI: ${why}`);
    return undefined;
  }
}
