import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiskFull } from '../../src/core/disk.ts';
import { createCache } from '../../src/objects/cache.ts';
import { fileIn } from '../../src/objects/files.ts';
import { hashOf } from '../contracts/object-store.ts';

describe('objects/cache', () => {
  let dir = '';
  let fetched: string[] = [];
  const known = new Map<string, Buffer>();
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'cache-'));
    fetched = [];
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const object = (size = 1000) => {
    const bytes = randomBytes(size);
    known.set(hashOf(bytes), bytes);
    return hashOf(bytes);
  };
  const processOf = (bytes: number) => createCache(dir, { place: 'the bucket', bytes });
  const open = (cache: ReturnType<typeof processOf>, sha256: string) =>
    cache.open(sha256, async (file) => {
      fetched.push(sha256);
      await writeFile(file, known.get(sha256) ?? '');
    });
  const isCached = (sha256: string) =>
    stat(fileIn(dir, sha256)).then(
      () => true,
      () => false,
    );
  const usedAt = (sha256: string, second: number) =>
    utimes(fileIn(dir, sha256), new Date(second * 1000), new Date(second * 1000));

  it('fetches each once, for all processes and all who ask at once', async () => {
    const sha256 = object();
    const cache = processOf(10_000);
    await Promise.all(Array.from({ length: 10 }, () => open(cache, sha256)));
    const { path } = await open(processOf(10_000), sha256);
    expect((await readFile(path)).equals(known.get(sha256) ?? Buffer.alloc(0))).toBe(true);
    expect(fetched).toEqual([sha256]);
  });

  it('evicts what was used longest ago, and never what any process has open', async () => {
    const [one, other] = [processOf(3000), processOf(3000)];
    const [held, old, recent, more] = [object(), object(), object(), object()];
    const opened = await open(other, held);
    for (const sha256 of [old, recent]) await (await open(one, sha256)).close();
    await usedAt(held, 1);
    await usedAt(old, 2);
    await usedAt(recent, 3);
    await (await open(one, more)).close();
    expect(await Promise.all([held, old, recent, more].map(isCached))).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect((await readFile(opened.path)).length).toBe(1000);
    await opened.close();
    await usedAt(held, 1);
    await (await open(one, object())).close();
    expect(await isCached(held)).toBe(false);
  });

  it('gives out one that is larger than all of it, and keeps it while it is open', async () => {
    const sha256 = object(5000);
    const { path, close } = await open(processOf(1000), sha256);
    expect((await stat(path)).size).toBe(5000);
    await close();
  });

  it('refuses a copy whose bytes changed, and fetches it again', async () => {
    const sha256 = object();
    const cache = processOf(10_000);
    await (await open(cache, sha256)).close();
    await writeFile(fileIn(dir, sha256), randomBytes(1000));
    const { path } = await open(cache, sha256);
    expect(hashOf(await readFile(path))).toBe(sha256);
    expect(fetched).toEqual([sha256, sha256]);
  });

  it('frees what nobody has open when its disk is full, and says so if that is not enough', async () => {
    const [unused, wanted] = [object(), object()];
    const cache = processOf(10_000);
    await (await open(cache, unused)).close();
    const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    let left = 1;
    const fetch = async (file: string) => {
      if (left > 0) {
        left -= 1;
        await writeFile(file, 'half of it');
        throw full;
      }
      await writeFile(file, known.get(wanted) ?? '');
    };
    await (await cache.open(wanted, fetch)).close();
    expect(await isCached(unused)).toBe(false);
    left = 10;
    const error = await cache.open(object(), fetch).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DiskFull);
    expect(String(error)).toMatch(/from the bucket: the disk of .* is full/);
    expect(await readdir(join(dir, 'tmp'))).toEqual([]);
  });

  it('does not end for all who ask when the one that fetches is told to stop', async () => {
    const sha256 = object();
    const cache = processOf(10_000);
    const ending = new AbortController();
    const fetch = pausedFetch();
    const first = cache.open(sha256, fetch.run, ending.signal);
    const isStopped = expect(first).rejects.toThrow('aborted');
    await fetch.begun;
    const second = open(cache, sha256);
    await timeToWaitForIt();
    ending.abort();
    await isStopped;
    await (await second).close();
    expect(fetched).toEqual([sha256]);
  });

  it('ends for who is told to stop while it waits for the fetch of another, and only for that one', async () => {
    const sha256 = object();
    const cache = processOf(10_000);
    const fetch = pausedFetch();
    const first = cache.open(sha256, fetch.run);
    await fetch.begun;
    const ending = new AbortController();
    const second = cache.open(sha256, pausedFetch().run, ending.signal);
    const isStopped = expect(second).rejects.toThrow('stopped');
    await timeToWaitForIt();
    ending.abort(new Error('stopped'));
    await isStopped;
    fetch.goOn(known.get(sha256) ?? Buffer.alloc(0));
    await (await first).close();
  });
});

/** Whoever asks second looks for a copy first. If that takes longer than this, these tests pass without waiting. */
const timeToWaitForIt = () => wait(20);

/** A fetch that ends when it is told to go on, or to stop. */
function pausedFetch() {
  const told = new EventEmitter();
  return {
    begun: once(told, 'begun'),
    goOn: (bytes: Buffer) => told.emit('go on', bytes),
    async run(file: string, signal: AbortSignal | undefined): Promise<void> {
      const goesOn = once(told, 'go on', signal ? { signal } : {});
      told.emit('begun');
      const [bytes] = await goesOn;
      await writeFile(file, bytes);
    },
  };
}
