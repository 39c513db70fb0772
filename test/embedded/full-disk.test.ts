import { execFileSync } from 'node:child_process';
import { readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/registry/connect.ts';
import { reach } from '../../src/registry/reach.ts';
import { startEmbeddedStore } from '../compiled/store.ts';
import { folder } from './any-server.ts';

const SIZE = 8 * 1024 * 1024;
const dir = await folder();
const why = mounted(dir);
if (why !== undefined) console.warn(`skipping the tests of a full disk: ${why}`);

/** A small disk that can be filled. @returns why there is none */
function mounted(path: string): string | undefined {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', path], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return String(error).split('\n')[0];
  }
}

interface Row {
  _id: number;
  text: string;
}

describe.skipIf(why !== undefined)('embedded/full disk', () => {
  const ballast = join(dir, 'ballast');
  const text = 'x'.repeat(100_000);
  let store: Awaited<ReturnType<typeof startEmbeddedStore>>;
  let client: mongoose.Connection;

  beforeAll(async () => {
    store = await startEmbeddedStore({ dir });
    client = await connect(store.uri);
  });
  afterAll(async () => {
    await client?.close();
    await store?.stop();
    execFileSync('umount', [dir]);
    await rm(dir, { recursive: true });
  });

  const rows = () => client.collection<Row>('rows');
  const all = () => rows().find().sort({ _id: 1 }).toArray();
  /** Stores documents until the disk is full. @returns what was stored, and the error of the next */
  async function fill(): Promise<{ taken: Row[]; refusal: unknown }> {
    const taken: Row[] = [];
    for (let _id = 0; _id < 200; _id++) {
      const row = { _id, text };
      const refusal = await reach('noting it', () => rows().insertOne(row)).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (refusal !== undefined) return { taken, refusal };
      taken.push(row);
    }
    throw new Error('the disk was never full');
  }

  it('reports the full disk, keeps what it acknowledged, and continues when there is space', async () => {
    await writeFile(ballast, Buffer.alloc(SIZE / 4));
    const { taken, refusal } = await fill();
    expect(refusal).toMatchObject({
      name: 'Unreachable',
      message: expect.stringMatching(/^noting it: the disk .* is full.*nothing was stored/),
      cause: { code: 14031, codeName: 'OutOfDiskSpace' },
    });
    // A snapshot had no room long before: its file is removed, and later writes still succeeded.
    expect(taken.length * text.length).toBeGreaterThan(5 * 1024 * 1024);
    expect((await readdir(dir)).sort()).toEqual([
      'ballast',
      'lock',
      'password',
      'port',
      'store.log',
    ]);
    expect(await all()).toEqual(taken);

    await truncate(ballast, 0);
    await rows().insertOne({ _id: 500, text: 'room again' });
    expect(await all()).toEqual([...taken, { _id: 500, text: 'room again' }]);
    await rows().deleteMany({ _id: { $lt: 500 } });
    for (let _id = 501; _id < 520; _id++) await rows().insertOne({ _id, text });
    expect((await stat(join(dir, 'store.log'))).size).toBeLessThan(4 * 1024 * 1024);
    const kept = await all();
    expect(kept).toHaveLength(20);

    process.kill(store.pid, 'SIGKILL');
    await client.close();
    await store.stop();
    store = await startEmbeddedStore({ dir });
    client = await connect(store.uri);
    expect(await all()).toEqual(kept);
  });
});
