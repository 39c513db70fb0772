import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { NotFound } from '../core/errors.ts';
import type { StoredObject } from '../core/ports/objects.ts';

/** Hash and size of the bytes of a file. */
export async function measure(path: string, signal?: AbortSignal): Promise<StoredObject> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path, { signal })) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { sha256: hash.digest('hex'), bytes };
}

/** Undefined if there is no such file. */
export const measured = (path: string, signal?: AbortSignal): Promise<StoredObject | undefined> =>
  measure(path, signal).catch(absent);

export const digest = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');

export function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** Hashes come from requests and registries: as a path or key, one must not lead elsewhere. */
export function requireHash(sha256: string): string {
  if (!isHash(sha256)) throw new NotFound(`"${sha256}" is not a SHA-256 hash.`);
  return sha256;
}

/** Where a folder of objects has this one. */
export function fileIn(dir: string, sha256: string): string {
  requireHash(sha256);
  return join(dir, sha256.slice(0, 2), sha256.slice(2));
}

export function absent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}

/** Makes the bytes of a file durable; of a folder, the names in it. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
}
