import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import mongoose from 'mongoose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { passwordOf, uriOf } from '../../src/embedded/password.ts';
import { BUILT } from '../built.ts';
import { startEmbeddedStore } from '../compiled/store.ts';
import { folder } from './any-server.ts';

describe('embedded/process', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await folder();
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('loses no acknowledged write to kill -9', async () => {
    const acknowledged = new Set<number>();
    let next = 0;
    for (let round = 0; round < 4; round++) {
      const store = await startEmbeddedStore({ dir });
      const client = new mongoose.mongo.MongoClient(store.uri, { serverSelectionTimeoutMS: 3000 });
      const keys = client.db().collection<{ _id: number }>('keys');
      expect(await missing(keys, acknowledged)).toEqual([]);

      const enough = acknowledgements(40 + 60 * round);
      const writers = Array.from({ length: 20 }, async () => {
        for (;;) {
          const _id = next++;
          await keys.insertOne({ _id });
          acknowledged.add(_id);
          enough.count();
        }
      });
      const ended = Promise.allSettled(writers);
      await enough.reached;
      process.kill(store.pid, 'SIGKILL');
      await ended;
      await client.close();
      expect(acknowledged.size).toBeGreaterThanOrEqual(40 + 60 * round);
    }
    const store = await startEmbeddedStore({ dir });
    const client = new mongoose.mongo.MongoClient(store.uri);
    expect(await missing(client.db().collection('keys'), acknowledged)).toEqual([]);
    await client.close();
    await store.stop();
  });

  it('keeps what fits and continues to answer reads when the disk is full', async () => {
    const command = 'ulimit -f 40; exec "$0" "$@"'; // 40 blocks of 1 kB for any file
    const child = spawn('bash', ['-c', command, process.execPath, BUILT.storeMain, '--dir', dir], {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    const { port } = JSON.parse(await firstLine(child));
    const client = new mongoose.mongo.MongoClient(uriOf(port, await passwordOf(dir)));
    const docs = client.db('full').collection<{ _id: number; text: string }>('docs');
    const kept = new Set<number>();
    const fill = async () => {
      for (let _id = 0; ; _id++) {
        await docs.insertOne({ _id, text: 'x'.repeat(1000) });
        kept.add(_id);
      }
    };
    await expect(fill()).rejects.toMatchObject({
      code: 14031,
      message: expect.stringMatching(/store\.log.*EFBIG.*taken back/),
    });
    expect((await docs.find().toArray()).map(({ _id }) => _id)).toEqual([...kept]);
    await client.close();
    child.kill();
    expect(await once(child, 'exit')).toEqual([0, null]);

    const store = await startEmbeddedStore({ dir });
    const again = new mongoose.mongo.MongoClient(store.uri);
    expect(kept.size).toBeGreaterThan(30);
    expect(await missing(again.db('full').collection('docs'), kept)).toEqual([]);
    expect(await again.db('full').collection('docs').find().toArray()).toHaveLength(kept.size);
    await again.close();
    await store.stop();
  });

  it('refuses a second owner in one line, and the lock goes with the first', async () => {
    const store = await startEmbeddedStore({ dir });
    const refused = await startEmbeddedStore({ dir }).catch((error: unknown) => error);
    expect(String(refused)).toMatch(
      new RegExp(
        `^Error: starting the embedded store in .*is in use by process ${store.pid};[^\n]*$`,
      ),
    );
    await store.stop();
    await store.stop();
    const again = await startEmbeddedStore({ dir });
    await again.stop();
  });

  it('takes over from a killed owner, also if another process has its PID', async () => {
    await writeFile(join(dir, 'lock'), JSON.stringify({ pid: process.pid, started: '1' }));
    const store = await startEmbeddedStore({ dir });
    expect(JSON.parse(await readFile(join(dir, 'lock'), 'utf8'))).toMatchObject({ pid: store.pid });
    await store.stop();
    await writeFile(join(dir, 'lock'), 'no lock of ours');
    await (await startEmbeddedStore({ dir })).stop();
  });

  it('stops when its signal is aborted', async () => {
    const controller = new AbortController();
    const store = await startEmbeddedStore({ dir, signal: controller.signal });
    controller.abort();
    await store.stop();
    expect(isAlive(store.pid)).toBe(false);
    await expect(readFile(join(dir, 'lock'))).rejects.toThrow(/ENOENT/);
  });

  it('reports why it did not start', async () => {
    await writeFile(join(dir, 'file'), '');
    await expect(startEmbeddedStore({ dir: join(dir, 'file') })).rejects.toThrow(/EEXIST|ENOTDIR/);
  });

  it('ends when its parent is killed', async () => {
    const source = `
      import { startEmbeddedStore } from ${JSON.stringify(pathToFileURL(BUILT.store).href)};
      console.log((await startEmbeddedStore({ dir: ${JSON.stringify(dir)} })).pid);`;
    const parent = node(['--input-type=module', '--eval', source]);
    const pid = Number(await firstLine(parent));
    parent.kill('SIGKILL');
    expect(pid).toBeGreaterThan(0);
    expect(isAlive(pid)).toBe(true);
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 60_000 });
  });

  it('prints once where it listens, exits with its parent, and returns on the same port', async () => {
    const child = node([BUILT.storeMain, '--dir', dir]);
    const said = JSON.parse(await firstLine(child));
    expect(said).toEqual({ ready: true, port: expect.any(Number) });
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([0, null]);
    await expect(readFile(join(dir, 'lock'))).rejects.toThrow(/ENOENT/);

    const again = node([BUILT.storeMain, '--dir', dir, '--port', String(said.port)]);
    expect(JSON.parse(await firstLine(again))).toEqual(said);
    again.kill();
    expect(await once(again, 'exit')).toEqual([0, null]);
  });
});

async function missing(keys: mongoose.mongo.Collection<{ _id: number }>, wanted: Set<number>) {
  const found = new Set((await keys.find().toArray()).map(({ _id }) => _id));
  return [...wanted].filter((id) => !found.has(id));
}

function node(args: string[]): ChildProcess {
  return spawn(process.execPath, [...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += chunk;
    if (text.includes('\n')) break;
  }
  return text.trim();
}

function acknowledgements(wanted: number) {
  let left = wanted;
  let reach = () => {};
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  return {
    reached,
    count: () => {
      left -= 1;
      if (left === 0) reach();
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // Exited, but not yet reaped by its new parent.
  return (
    !existsSync(`/proc/${pid}/stat`) || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  );
}
