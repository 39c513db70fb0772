import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

describe('web/page bundle', () => {
  let folder = '';
  const files = new Map<string, Buffer>();
  const ending = (end: string) => [...files].filter(([name]) => name.endsWith(end));

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wheelhouse-bundle-'));
    // As people get it: in test mode Vite would include Preact's warnings.
    vi.stubEnv('NODE_ENV', 'production');
    await build({
      root: new URL('../../web', import.meta.url).pathname,
      logLevel: 'error',
      build: { outDir: folder, emptyOutDir: true },
    });
    for (const name of await readdir(folder, { recursive: true })) {
      if (name.includes('.')) files.set(name, await readFile(join(folder, name)));
    }
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  });

  it('weighs less than 40 kB of script', () => {
    const scripts = ending('.js');
    expect(scripts).not.toEqual([]);
    const weight = scripts.reduce((sum, [, bytes]) => sum + gzipSync(bytes).length, 0);
    expect(weight).toBeLessThan(40_000);
  });

  it('asks no other host for anything, and needs no exception from the security policy', () => {
    const [[, html] = []] = ending('index.html');
    expect(String(html)).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\son\w+=|\sstyle=/);
    for (const [name, bytes] of [...ending('.html'), ...ending('.css')]) {
      expect(String(bytes), name).not.toMatch(/https?:|url\(|@import/);
    }
  });
});
