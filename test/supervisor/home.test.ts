import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openHome } from '../../src/supervisor/home.ts';

describe('supervisor/home', () => {
  let dir: string;
  beforeEach(async () => {
    dir = join(await mkdtemp(join(tmpdir(), 'wheelhouse-home-')), 'state');
  });
  afterEach(() => rm(join(dir, '..'), { recursive: true, force: true }));

  it('keeps the token from run to run, for the owner alone', async () => {
    const first = await openHome(dir, false);
    const token = await first.token(undefined);
    expect(token).toMatch(/^[\w-]{32}$/);
    expect((await stat(join(dir, 'token'))).mode & 0o777).toBe(0o600);
    await first.announce('http://127.0.0.1:1');
    expect(await readFile(join(dir, 'url'), 'utf8')).toBe('http://127.0.0.1:1\n');
    await first.release();
    expect(await readdir(dir)).not.toContain('url');

    const second = await openHome(dir, false);
    expect(await second.token(undefined)).toBe(token);
    expect(await second.token('a token of my own choice')).toBe('a token of my own choice');
    expect(await readFile(join(dir, 'token'), 'utf8')).toBe('a token of my own choice\n');
    await second.release();
  });

  it('gives access to nobody else', async () => {
    const home = await openHome(dir, false);
    const fault = await openHome(dir, true).catch((error: unknown) => error);
    expect(String(fault)).toContain(
      `Wheelhouse is already running in ${dir} (process ${process.pid}).`,
    );
    expect(await readdir(dir)).toContain('lock');
    await home.release();
    await (await openHome(dir, false)).release();
  });

  it('is emptied by a fresh start', async () => {
    await (await openHome(dir, false)).release();
    await mkdir(join(dir, 'redis'));
    await writeFile(join(dir, 'redis', 'data'), 'old');
    const home = await openHome(dir, true);
    expect((await readdir(dir)).toSorted()).toEqual(['lock', 'wheelhouse-home']);
    await home.release();
  });

  it.each([true, false])('does not touch a folder with other data (fresh: %s)', async (fresh) => {
    await mkdir(dir);
    await writeFile(join(dir, 'thesis.tex'), 'years of work');
    await expect(openHome(dir, fresh)).rejects.toThrow('contains files that are not from a demo');
    expect(await readdir(dir)).toEqual(['thesis.tex']);
  });
});
