import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Writes a file that is there as a whole or not at all, for the programs of the workspace to read. */
export async function layOut(path: string, body: Uint8Array): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const partial = join(folder, `.${basename(path).slice(0, 100)}.${randomUUID()}.partial`);
  try {
    const file = await open(partial, 'wx', 0o644);
    try {
      await file.writeFile(body);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}
