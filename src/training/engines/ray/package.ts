import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type AsyncZippable, zip } from 'fflate';
import { Refused } from '../../../core/errors.ts';
import { pathsIn } from '../../software/files.ts';

/** Ray takes 512 MB; what is larger than this belongs on the machines, not into every training. */
const LARGEST_BYTES = 100 * 1024 * 1024;
/** Without times and owners, the same files are the same package. */
const FIXED = { mtime: '1980-01-01T00:00:00', os: 3 } as const;
const FILE = 0o100_000;

/**
 * A workspace as a package of Ray.
 * @returns its bytes, and its name, which follows from them
 * @throws Refused if it is too large
 */
export async function packageOf(folder: string): Promise<{ name: string; bytes: Buffer }> {
  const paths = await pathsIn(folder);
  if (paths === undefined) throw tooLarge('more than 5,000 files');
  const files: AsyncZippable = {};
  let total = 0;
  for (const path of paths.toSorted()) {
    const stats = await stat(join(folder, path)).catch(() => undefined);
    // Git also names what was deleted, and the folders of submodules.
    if (!stats?.isFile()) continue;
    total += stats.size;
    if (total > LARGEST_BYTES) throw tooLarge(`more than ${LARGEST_BYTES / 1024 ** 2} MB`);
    const isProgram = (stats.mode & 0o100) !== 0;
    const attrs = ((FILE | (isProgram ? 0o755 : 0o644)) << 16) >>> 0;
    files[path] = [await readFile(join(folder, path)), { ...FIXED, attrs }];
  }
  const bytes = await new Promise<Buffer>((done, fail) =>
    zip(files, { level: 6 }, (error, data) => (error ? fail(error) : done(Buffer.from(data)))),
  );
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
  return { name: `_ray_pkg_${hash}.zip`, bytes };
}

const tooLarge = (size: string): Refused =>
  new Refused(`The workspace has ${size}, so it was not sent to Ray, and nothing was started.`, {
    next: 'Ignore its data with git, or put the workspace on the machines and set folder of the engine.',
  });
