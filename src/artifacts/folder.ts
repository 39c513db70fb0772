import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { writing } from '../core/disk.ts';
import { NotFound, WheelhouseError } from '../core/errors.ts';
import type { Artifacts } from '../core/ports/artifacts.ts';

/** The bytes on disk are not those that were stored, so nothing may be computed from them. */
export class ArtifactCorrupt extends WheelhouseError {
  constructor(sha256: string, file: string, found: string) {
    super('upstream', `artifact ${sha256} is corrupt: ${file} now hashes to ${found}.`, {
      next: 'Check the disk, then restore the file from a backup or store the same artifact again, which replaces it.',
    });
  }
}

/** Writes the bytes to a temporary file and returns their hash. */
type Fill = (temporary: string) => Promise<{ sha256: string; bytes: number }>;

/**
 * Artifacts as files `aa/bbbb…` under `dir`, named by the SHA-256 of their bytes. A file appears under its name
 * only when it is complete and on disk, so concurrent writers of the same bytes replace each other's file with
 * an identical one.
 */
export function createFolderArtifacts(dir: string): Artifacts {
  const fileOf = (sha256: string) => {
    // Hashes come from requests and registries; as a path, a hash must not lead out of the folder.
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new NotFound(`"${sha256}" is not a SHA-256 hash.`);
    return join(dir, sha256.slice(0, 2), sha256.slice(2));
  };

  const put = (fill: Fill) => writing('storing an artifact', dir, () => putWhole(fill));

  async function putWhole(fill: Fill) {
    await mkdir(join(dir, 'tmp'), { recursive: true });
    const temporary = join(dir, 'tmp', `${process.pid}-${randomUUID()}`);
    try {
      const stored = await fill(temporary);
      const file = fileOf(stored.sha256);
      // Replaces a damaged file of that name: storing it again is how to repair one.
      if ((await hashOf(file)) === stored.sha256) return stored;
      await sync(temporary);
      const folder = join(dir, stored.sha256.slice(0, 2));
      await mkdir(folder, { recursive: true });
      await rename(temporary, file);
      await sync(folder);
      await sync(dir);
      return stored;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  function check(sha256: string, found: string | undefined) {
    if (found === undefined)
      throw new NotFound(`artifact ${sha256} is not in ${dir}.`, {
        next: 'Train the version again, or restore the folder from a backup.',
      });
    if (found !== sha256) throw new ArtifactCorrupt(sha256, fileOf(sha256), found);
  }

  return {
    putFile: (path) =>
      put(async (temporary) => {
        const hash = createHash('sha256');
        let bytes = 0;
        await pipeline(
          createReadStream(path),
          async function* (chunks: AsyncIterable<Buffer>) {
            for await (const chunk of chunks) {
              hash.update(chunk);
              bytes += chunk.length;
              yield chunk;
            }
          },
          createWriteStream(temporary),
        );
        return { sha256: hash.digest('hex'), bytes };
      }),

    putBytes: (bytes) =>
      put(async (temporary) => {
        const file = await open(temporary, 'wx');
        await file.writeFile(bytes).finally(() => file.close());
        return { sha256: digest(bytes), bytes: bytes.byteLength };
      }),

    async read(sha256) {
      const bytes = await readFile(fileOf(sha256)).catch(absent);
      check(sha256, bytes && digest(bytes));
      return bytes ?? new Uint8Array();
    },

    async path(sha256) {
      const file = fileOf(sha256);
      check(sha256, await hashOf(file));
      return file;
    },
  };
}

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function hashOf(file: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk);
  } catch (error) {
    return absent(error);
  }
  return hash.digest('hex');
}

function absent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}

/** For a folder: makes the names in it durable. */
async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
}
