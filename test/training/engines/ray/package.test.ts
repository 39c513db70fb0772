import { chmod, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Refused } from '../../../../src/core/errors.ts';
import { packageOf } from '../../../../src/training/engines/ray/package.ts';

describe('engines/ray: package', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wheelhouse-package-'));
    await mkdir(join(folder, 'lib'));
    await mkdir(join(folder, '.wheelhouse'));
    await writeFile(join(folder, 'train.sh'), 'echo', { mode: 0o755 });
    await writeFile(join(folder, 'lib', 'ü.py'), 'pass');
    await writeFile(join(folder, '.wheelhouse', 'token'), 'secret');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('holds the files of the workspace, and nothing hidden', async () => {
    const { name, bytes } = await packageOf(folder);
    expect(name).toMatch(/^_ray_pkg_[0-9a-f]{32}\.zip$/);
    const files = unzipSync(bytes);
    expect(Object.keys(files).sort()).toEqual(['lib/ü.py', 'train.sh']);
    expect(strFromU8(files['train.sh'] ?? new Uint8Array())).toBe('echo');
    // In the central directory: mode << 16, as little endian.
    expect(bytes.includes(Buffer.from([0, 0, 0xed, 0x81]))).toBe(true);
  });

  it('is named by what is in it: not by times, but by content and mode', async () => {
    const { name } = await packageOf(folder);
    await utimes(join(folder, 'train.sh'), new Date(0), new Date(0));
    expect((await packageOf(folder)).name).toBe(name);
    await chmod(join(folder, 'train.sh'), 0o644);
    const other = (await packageOf(folder)).name;
    expect(other).not.toBe(name);
    await writeFile(join(folder, 'train.sh'), 'echo 2');
    expect((await packageOf(folder)).name).not.toBe(other);
  });

  it('refuses a workspace that holds its data', async () => {
    const large = join(folder, 'rows.bin');
    await writeFile(large, Buffer.alloc(101 * 1024 ** 2));
    await expect(packageOf(folder)).rejects.toThrow(Refused);
    await expect(packageOf(folder)).rejects.toThrow('more than 100 MB');
    await rm(large);
  });
});
