import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NotFound } from '../../src/core/errors.ts';
import { ObjectCorrupt } from '../../src/core/object-errors.ts';
import { createFolderArtifacts } from '../../src/objects/artifacts.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'artifacts-'));
});
afterEach(() => rm(dir, { recursive: true }));

const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('objects/artifacts', () => {
  it('returns the stored bytes, by file and by bytes, under the same name', async () => {
    const artifacts = createFolderArtifacts(join(dir, 'store'));
    const bytes = randomBytes(300_000);
    await writeFile(join(dir, 'model.onnx'), bytes);

    const byFile = await artifacts.putFile(join(dir, 'model.onnx'));
    const byBytes = await artifacts.putBytes(bytes);

    expect(byFile).toEqual({ sha256: hash(bytes), bytes: bytes.length });
    expect(byBytes).toEqual(byFile);
    expect(Buffer.from(await artifacts.read(byFile.sha256)).equals(bytes)).toBe(true);
    expect(await artifacts.path(byFile.sha256)).toBe(
      join(dir, 'store', byFile.sha256.slice(0, 2), byFile.sha256.slice(2)),
    );
  });

  it('leaves one complete file and no leftovers when many store the same at once', async () => {
    const bytes = randomBytes(50_000);
    const stores = [createFolderArtifacts(dir), createFolderArtifacts(dir)];
    await Promise.all(Array.from({ length: 20 }, (_, i) => stores[i % 2]?.putBytes(bytes)));

    expect(await readdir(join(dir, 'tmp'))).toEqual([]);
    expect(await readdir(join(dir, hash(bytes).slice(0, 2)))).toEqual([hash(bytes).slice(2)]);
    expect(hash(await createFolderArtifacts(dir).read(hash(bytes)))).toBe(hash(bytes));
  });

  it('says which file is corrupt and what to do, and is repaired by putting again', async () => {
    const artifacts = createFolderArtifacts(dir);
    const bytes = randomBytes(1000);
    const { sha256 } = await artifacts.putBytes(bytes);
    const file = await artifacts.path(sha256);
    await writeFile(file, bytes.subarray(0, 999));

    for (const load of [artifacts.read, artifacts.path]) {
      const error = await load(sha256).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ObjectCorrupt);
      expect(error).toMatchObject({ blame: 'upstream', next: expect.stringMatching(/restore/) });
      expect(String(error)).toContain(sha256);
      expect(String(error)).toContain(file);
    }

    await artifacts.putBytes(bytes);
    expect(hash(await artifacts.read(sha256))).toBe(sha256);
  });

  it('does not find what was never stored, nor anything that is not a hash', async () => {
    const artifacts = createFolderArtifacts(dir);
    await expect(artifacts.read('0'.repeat(64))).rejects.toThrow(NotFound);
    await expect(artifacts.path('../../etc/passwd')).rejects.toThrow(NotFound);
  });
});
